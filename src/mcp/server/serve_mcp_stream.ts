import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/server";
import { type Clock, runTaskGroup, systemClock } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { FramedStreamTransport } from "../stream/framed_stream_transport.ts";
import { createSdkServer } from "./create_sdk_server.ts";
import { logSdkError } from "./log_sdk_error.ts";
import type { McpStreamsOptions } from "./serve_mcp_streams.ts";
import { StreamGate, toUnreadableAnswer } from "./stream_gate.ts";

/** Subscriptions of one stream. This server has nothing to notify of, so few will do. */
const MAX_SUBSCRIPTIONS = 4;

/**
 * Serve one stream until it ends.
 *
 * @param stream The stream.
 * @param options The tools, and who may call.
 * @param signal Ends it.
 */
export async function serveMcpStream(
  stream: Stream,
  options: McpStreamsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { logger, limits = {}, clock = systemClock } = options;
  const { maxInFlightPerStream = 32, idleTimeoutMs = 60_000 } = limits;
  const peerId = stream.remotePeerId;
  const gate = new StreamGate({
    peerId,
    authorizer: options.authorizer,
    maxInFlight: maxInFlightPerStream,
  });
  const transport = new FramedStreamTransport(stream, {
    ...limits,
    clock,
    allowHalfOpen: true,
    onOutgoing: (message) => {
      gate.noteSent(message);
      return message;
    },
    onIncoming: async (message) => {
      const decision = gate.admit(message);
      if ("deliver" in decision) return decision.deliver;
      if ("answer" in decision) await transport.send(decision.answer as unknown as JSONRPCMessage);
      const problem = "answer" in decision ? "refused" : decision.drop;
      logger.debug("MCP message from peer not taken", { peerId, problem });
      return undefined;
    },
    onUnreadable: toUnreadableAnswer,
  });
  await runTaskGroup(async (group) => {
    const sdkOptions = { ...options, onCallEnded: (id: RequestId) => gate.noteCallEnded(id) };
    const server = serveStdio(() => createSdkServer(sdkOptions, group), {
      transport,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      onerror: (error) => logSdkError(logger, error),
    });
    group.spawn(
      "idle watch",
      (watching) => endWhenIdle(transport, { gate, clock, idleTimeoutMs, signal: watching }),
    );
    await transport.inputEnd;
    await Promise.race([gate.drained, transport.closed]);
    await server.close();
    group.cancel("the stream has ended");
  }, { name: `mcp stream of ${peerId}`, signal });
}

interface IdleWatch {
  readonly gate: StreamGate;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** A stream on which nothing is due and nothing is said is a place that another peer could have. */
async function endWhenIdle(transport: FramedStreamTransport, watch: IdleWatch): Promise<void> {
  const { gate, clock, idleTimeoutMs, signal } = watch;
  while (true) {
    const quietMs = clock.monotonicMs() - transport.lastActiveAtMs;
    if (gate.inFlight === 0 && quietMs >= idleTimeoutMs) return await transport.close();
    await clock.sleep(gate.inFlight > 0 ? idleTimeoutMs : idleTimeoutMs - quietMs, { signal });
  }
}
