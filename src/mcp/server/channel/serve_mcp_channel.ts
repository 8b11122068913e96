import { isCancellation, runTaskGroup, type TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { Principal } from "../../principal.ts";
import type { RequestId } from "../../protocol/message.ts";
import type { McpService } from "../engine/mcp_service.ts";
import type { ChannelGate } from "./channel_gate.ts";
import { ChannelServer } from "./channel_server.ts";
import type { MessageChannel } from "./message_channel.ts";

/** What is served, over what, to whom. */
export interface ServeMcpChannelOptions {
  /** Answers. */
  readonly service: McpService;
  /** The messages. */
  readonly channel: MessageChannel;
  /** Who is at the other end. */
  readonly principal: Principal;
  /** Sees every message first. @default {undefined} all are delivered */
  readonly gate?: ChannelGate | undefined;
  /** Requests, subscriptions among them, that may wait for their answers. @default {256} */
  readonly maxInFlight?: number | undefined;
  /**
   * What becomes of the requests that wait for their answers when no more messages come: they are
   * answered, or stopped as nobody waits for them.
   *
   * @default {"answer"}
   */
  readonly atEnd?: "answer" | "cancel" | undefined;
  /** Told of each request that will have no answer, as it was cancelled. */
  readonly onUnanswered?: ((id: RequestId) => void) | undefined;
  /** Told when the client begins, and when it ceases, to wait for news that answer no request. */
  readonly onListening?: ((isListening: boolean) => void) | undefined;
  /** Told about what goes wrong. */
  readonly logger: Logger;
}

/**
 * Serve MCP over a channel that carries the messages of one client, in whichever era the client speaks.
 *
 * The first message that belongs to an era decides it for good; to ask with `server/discover` which
 * there are does not. Requests are worked on at the same time and answered as they are done.
 *
 * @param group The channel's end: nothing of it outlives the group.
 * @param options What is served, and over what.
 * @returns When no more messages come and all work has ended. A broken channel ends the work.
 * @throws {unknown} The reason of the group's signal.
 *
 * @example A client and a server in one program
 * ```ts
 * import { runTaskGroup } from "../../../concurrency/mod.ts";
 * import { getLogger } from "../../../telemetry/mod.ts";
 * import { ANONYMOUS } from "../../principal.ts";
 * import { createToolTable } from "../../tool_table.ts";
 * import { createMcpService } from "../engine/create_mcp_service.ts";
 * import { createMemoryChannelPair } from "./memory_channel.ts";
 * import { serveMcpChannel } from "./serve_mcp_channel.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group, signal) => {
 *   const logger = getLogger("example");
 *   const serverInfo = { name: "empty", version: "1.0.0" };
 *   const service = createMcpService(group, { serverInfo, tools: createToolTable([]), logger });
 *   const [near, channel] = createMemoryChannelPair();
 *   group.spawn("server", () =>
 *     serveMcpChannel(group, { service, channel, principal: ANONYMOUS, logger })
 *   );
 *   await near.send({ jsonrpc: "2.0", id: 1, method: "ping" });
 *   assert.deepEqual(await near.receive(signal), { jsonrpc: "2.0", id: 1, result: {} });
 *   near.close();
 * });
 * ```
 */
export async function serveMcpChannel(
  group: TaskGroup,
  options: ServeMcpChannelOptions,
): Promise<void> {
  const name = `mcp channel of ${options.principal.id || "this machine"}`;
  await using ended = new AsyncDisposableStack();
  await runTaskGroup(async (requests, signal) => {
    // The session ends when no request of it is left.
    const server = ended.use(new ChannelServer(requests, options));
    try {
      await server.run();
    } catch (error) {
      // A channel that cannot be written to is over, like one that cannot be read.
      const isOwnEnd = isCancellation(error, signal) && !group.signal.aborted;
      if (!isOwnEnd) throw error;
    }
  }, { name, signal: group.signal });
}
