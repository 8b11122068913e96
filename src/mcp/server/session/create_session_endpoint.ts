import { systemClock, type TaskGroup } from "../../../concurrency/mod.ts";
import { METRICS } from "../../../telemetry/mod.ts";
import { DEFAULT_MAX_RESULT_BYTES, DEFAULT_SSE_AFTER_MS } from "../http/http_defaults.ts";
import { HttpSessionEndpoint } from "./http_session_endpoint.ts";
import type { SessionEndpoint } from "./session_endpoint.ts";
import { type SessionEndpointOptions, toSessionLimits } from "./session_options.ts";

const DEFAULT_RETRY_MS = 1_000;

/**
 * Serve the sessions of the legacy era over Streamable HTTP.
 *
 * What is said on a stream is kept before it is sent, so that a client that has lost its connection can
 * come back for the rest, also after a restart if the store outlives the process. Hanging up cancels
 * nothing; the client's `notifications/cancelled`, the end of the session and the end of the group do.
 *
 * @param group Owns sessions and streams. Its cancellation puts the sessions aside.
 * @param options What is served, where it is kept, and how much of it.
 * @returns The endpoint. Disposing it puts the sessions aside, too, and ends all streams.
 *
 * @example A session, as a client has it
 * ```ts
 * import { ANONYMOUS, createMcpService, createToolTable } from "../mod.ts";
 * import { createSessionEndpoint } from "./create_session_endpoint.ts";
 * import { runTaskGroup } from "../../../concurrency/mod.ts";
 * import { getLogger } from "../../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   const logger = getLogger("example");
 *   const serverInfo = { name: "empty", version: "1.0.0" };
 *   const service = createMcpService(group, { serverInfo, tools: createToolTable([]), logger });
 *   await using endpoint = createSessionEndpoint(group, { service, logger });
 *   const request = { principal: ANONYMOUS, isBatch: false, signal: group.signal };
 *
 *   const params = { protocolVersion: "2025-11-25", capabilities: {} };
 *   const begun = await endpoint.handle({
 *     ...request,
 *     method: "POST",
 *     headers: new Headers(),
 *     messages: [{ jsonrpc: "2.0", id: 1, method: "initialize", params }],
 *   });
 *   const id = begun.headers.get("mcp-session-id") ?? "";
 *   assert.equal((await begun.json()).result.protocolVersion, "2025-11-25");
 *
 *   const headers = new Headers({ "mcp-session-id": id });
 *   const ended = await endpoint.handle({ ...request, method: "DELETE", headers, messages: [] });
 *   assert.equal(ended.status, 204);
 * });
 * ```
 */
export function createSessionEndpoint(
  group: TaskGroup,
  options: SessionEndpointOptions,
): SessionEndpoint {
  const endpoint = new HttpSessionEndpoint({
    group,
    service: options.service,
    store: options.store,
    limits: toSessionLimits(options),
    sseAfterMs: options.sseAfterMs ?? DEFAULT_SSE_AFTER_MS,
    keepAliveMs: options.keepAliveMs,
    retryMs: options.retryMs ?? DEFAULT_RETRY_MS,
    maxResultBytes: options.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES,
    logger: options.logger,
    clock: options.clock ?? systemClock,
  });
  const { metrics } = options;
  group.spawn("mcp sessions", async (signal) => {
    using _sessions = metrics?.gauge(METRICS.mcpSessions).observe(() =>
      endpoint.statistics().sessions
    );
    using _streams = metrics?.gauge(METRICS.mcpStreams).observe(() =>
      endpoint.statistics().streams
    );
    await endpoint.run(signal);
  });
  return endpoint;
}
