import type { Logger, MetricsRegistry } from "../../telemetry/mod.ts";
import type { ToolTable } from "../tool_table.ts";

/** What a server says and does, whatever the transport. */
export interface McpServerOptions {
  /** Who the server is. */
  readonly serverInfo: McpServerInfo;
  /** The tools it has. */
  readonly tools: ToolTable;
  /** For models: what this server is good for. @default {undefined} */
  readonly instructions?: string | undefined;
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Where calls are counted. @default {undefined} nowhere */
  readonly metrics?: MetricsRegistry | undefined;
}

/** Who a server (or client) is. */
export interface McpServerInfo {
  /** For programs. */
  readonly name: string;
  /** Its own version, not the protocol's. */
  readonly version: string;
  /** For people. */
  readonly title?: string | undefined;
}
