import type { TaskGroup } from "../../../concurrency/mod.ts";
import type { McpServerOptions } from "../server_options.ts";
import { ChangeHub } from "./change_hub.ts";
import { Engine } from "./engine.ts";
import { LegacySession } from "./legacy_session.ts";
import { DEFAULT_LOG_LEVEL } from "./log_level.ts";
import type { McpService } from "./mcp_service.ts";
import { readModernCaller } from "./read_modern_caller.ts";
import type { Caller } from "./request_call.ts";
import { createServerModel } from "./server_model.ts";

/** Whoever opens no session can be asked nothing. */
const SESSIONLESS: Caller = Object.freeze({
  era: "legacy",
  capabilities: Object.freeze({}),
  logLevel: DEFAULT_LOG_LEVEL,
  session: undefined,
});

/**
 * Serve MCP, whatever the transport: every method, in both eras of the protocol.
 *
 * What does not change is compiled here, once. Each request runs as a child, with a signal of its own, of
 * the given group or of its session's; so the given group is not left before all work has ended, and its
 * cancellation ends all work.
 *
 * @param group Owns the work.
 * @param options What is served.
 * @returns The service.
 * @throws {TypeError} If two prompts have one name.
 *
 * @example Answer a request without any transport
 * ```ts
 * import { ANONYMOUS, createMcpService, createToolTable } from "../mod.ts";
 * import { runTaskGroup } from "../../../concurrency/mod.ts";
 * import { getLogger } from "../../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   const service = createMcpService(group, {
 *     serverInfo: { name: "empty", version: "1.0.0" },
 *     tools: createToolTable([]),
 *     logger: getLogger("example"),
 *   });
 *   const answer = await service.answerSessionless(
 *     { jsonrpc: "2.0", id: 1, method: "tools/list" },
 *     { principal: ANONYMOUS, signal: group.signal, send: async () => {} },
 *   );
 *   assert.deepEqual(answer?.message, { jsonrpc: "2.0", id: 1, result: { tools: [] } });
 * });
 * ```
 */
export function createMcpService(group: TaskGroup, options: McpServerOptions): McpService {
  const { logger } = options;
  const server = createServerModel(
    options,
    (resources) => new ChangeHub(group, { resources, logger }),
  );
  const engine = new Engine(server);
  const modern = { readCaller: readModernCaller, getGroup: () => group };
  const sessionless = { readCaller: () => SESSIONLESS, getGroup: () => group };
  return {
    events: server.hub,
    answer: (request, exchange) => engine.answer(request, exchange, modern),
    answerSessionless: (request, exchange) => engine.answer(request, exchange, sessionless),
    openSession: (port, restored) => new LegacySession({ engine, server, group, port, restored }),
    close: () => server.hub.end(),
  };
}
