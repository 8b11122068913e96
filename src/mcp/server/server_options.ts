import type { Clock } from "../../concurrency/mod.ts";
import type { Logger, MetricsRegistry } from "../../telemetry/mod.ts";
import type { BoundPrompt } from "../prompt.ts";
import type { ResourceProvider } from "../resource.ts";
import type { ToolTable } from "../tool_table.ts";

/** What a server says and does, whatever the transport. */
export interface McpServerOptions {
  /** Who the server is. */
  readonly serverInfo: McpServerInfo;
  /** The tools it has. */
  readonly tools: ToolTable;
  /** What can be read. @default {[]} nothing */
  readonly resources?: readonly ResourceProvider[] | undefined;
  /** Prompts that a user can choose. @default {[]} none */
  readonly prompts?: readonly BoundPrompt[] | undefined;
  /** For models: what this server is good for. @default {undefined} */
  readonly instructions?: string | undefined;
  /** A call that takes longer is cancelled and fails with `deadline_exceeded`. @default {86400000} */
  readonly callTimeoutMs?: number | undefined;
  /** A result that is longer as JSON is replaced by the error `result_too_large`. @default {16777216} */
  readonly maxResultBytes?: number | undefined;
  /** Told about what goes wrong. */
  readonly logger: Logger;
  /** Where calls are counted. @default {undefined} nowhere */
  readonly metrics?: MetricsRegistry | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
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
