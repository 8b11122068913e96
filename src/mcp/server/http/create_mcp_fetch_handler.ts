import { systemClock, type TaskGroup } from "../../../concurrency/mod.ts";
import { createMcpService } from "../engine/create_mcp_service.ts";
import type { McpService } from "../engine/mcp_service.ts";
import type { McpServerOptions } from "../server_options.ts";
import { createSessionEndpoint } from "../session/create_session_endpoint.ts";
import type { SessionEndpointOptions } from "../session/session_options.ts";
import {
  DEFAULT_BODY_TIMEOUT_MS,
  DEFAULT_MAX_BODY_BYTES,
  DEFAULT_MAX_RESULT_BYTES,
  DEFAULT_SSE_AFTER_MS,
} from "./http_defaults.ts";
import type { McpFetchHandler } from "./mcp_fetch_handler.ts";
import { McpHttpHandler } from "./mcp_http_handler.ts";

/** Options of {@linkcode createMcpFetchHandler}. */
export interface McpFetchHandlerOptions extends McpServerOptions {
  /** Answers, instead of a service of its own made of the options above. @default {undefined} */
  readonly service?: McpService | undefined;
  /**
   * How sessions of the legacy era are kept; `false` serves that era without sessions, each request by
   * itself.
   *
   * @default {{}} in memory, with the usual limits
   */
  readonly sessions?: McpSessionOptions | false | undefined;
  /** Whether the legacy era is refused. @default {false} */
  readonly modernOnly?: boolean | undefined;
  /** Larger bodies are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Slower bodies are refused with 408. @default {30000} */
  readonly bodyTimeoutMs?: number | undefined;
  /** Answers that take longer begin as a stream of events, if the client accepts one. @default {250} */
  readonly sseAfterMs?: number | undefined;
  /** A comment is sent on a stream after this time without an event. @default {15000} */
  readonly keepAliveMs?: number | undefined;
}

/** How sessions of the legacy era are kept. */
export type McpSessionOptions = Pick<SessionEndpointOptions, "store" | "limits" | "retryMs">;

/**
 * Serve MCP over HTTP (Streamable HTTP), to clients of every protocol revision: 2026-07-28 without
 * sessions, and 2024-11-05 to 2025-11-25 with and without.
 *
 * An answer is JSON if it is there soon and nothing comes before it, else a stream of events; clients that
 * do not accept one of them get the other. Without a session, a call is cancelled when its client hangs
 * up; all are when the group is cancelled, which is not left before they have ended. Host, origin, CORS
 * and authentication are the business of whoever listens.
 *
 * @param group Owns the calls.
 * @param options What is served, and limits.
 * @returns The handler. Close it, or cancel the group: it looks after its sessions until then.
 *
 * @example A request without a client library
 * ```ts
 * import { createMcpFetchHandler, createToolTable } from "../mod.ts";
 * import { runTaskGroup } from "../../../concurrency/mod.ts";
 * import { getLogger } from "../../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   const handler = createMcpFetchHandler(group, {
 *     serverInfo: { name: "empty", version: "1.0.0" },
 *     tools: createToolTable([]),
 *     logger: getLogger("example"),
 *   });
 *   const response = await handler.fetch(
 *     new Request("http://localhost/mcp", {
 *       method: "POST",
 *       headers: { "content-type": "application/json" },
 *       body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
 *     }),
 *   );
 *   assert.deepEqual((await response.json()).result, { tools: [] });
 *   await handler.close();
 * });
 * ```
 */
export function createMcpFetchHandler(
  group: TaskGroup,
  options: McpFetchHandlerOptions,
): McpFetchHandler {
  const { tools, logger, metrics, keepAliveMs, sessions = {}, modernOnly = false } = options;
  const { clock = systemClock, service = createMcpService(group, options) } = options;
  const {
    sseAfterMs = DEFAULT_SSE_AFTER_MS,
    maxResultBytes = DEFAULT_MAX_RESULT_BYTES,
  } = options;
  const common = { service, sseAfterMs, keepAliveMs, maxResultBytes, logger, clock };
  const hasSessions = sessions !== false && !modernOnly;
  return new McpHttpHandler({
    ...common,
    group,
    sessions: hasSessions
      ? createSessionEndpoint(group, { ...sessions, ...common, metrics })
      : undefined,
    tools,
    modernOnly,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    bodyTimeoutMs: options.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS,
  });
}
