import type { Clock, TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { ToolTable } from "../../tool_table.ts";
import type { McpService } from "../engine/mcp_service.ts";
import type { SessionEndpoint } from "../session/session_endpoint.ts";
import type { HttpExchange, HttpExchangeOptions } from "./http_exchange.ts";
import type { McpFetchOptions } from "./mcp_fetch_handler.ts";

/** What the parts of an MCP endpoint over HTTP share. All defaults are filled in. */
export interface McpHttpDeps {
  readonly group: TaskGroup;
  readonly service: McpService;
  /** Serves sessions; without it there are none. */
  readonly sessions: SessionEndpoint | undefined;
  readonly tools: ToolTable;
  readonly modernOnly: boolean;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly sseAfterMs: number;
  readonly keepAliveMs: number | undefined;
  readonly maxResultBytes: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A request whose body has been read. */
export interface McpHttpRequest {
  readonly headers: Headers;
  readonly caller: McpFetchOptions;
}

/** Begins an exchange. */
export type OpenExchange = (options: HttpExchangeOptions) => HttpExchange;
