import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/server";
import { type Clock, runTaskGroup, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import type { Authorizer, Network, Stream } from "../../network/mod.ts";
import {
  type FramedStreamLimits,
  FramedStreamTransport,
} from "../stream/framed_stream_transport.ts";
import { MCP_P2P_PROTOCOL } from "../stream/protocol.ts";
import { createSdkServer } from "./create_sdk_server.ts";
import { logSdkError } from "./log_sdk_error.ts";
import type { McpServerOptions } from "./server_options.ts";
import { StreamGate, toUnreadableAnswer } from "./stream_gate.ts";

/** Subscriptions of one stream. This server has nothing to notify of, so few will do. */
const MAX_SUBSCRIPTIONS = 4;

/** Limits of {@linkcode serveMcpStreams}, each for one authenticated peer or one of its streams. */
export interface McpStreamLimits extends FramedStreamLimits {
  /** Streams that one peer may have open. @default {16} */
  readonly maxStreamsPerPeer?: number | undefined;
  /** Requests of one stream that may wait for an answer. @default {32} */
  readonly maxInFlightPerStream?: number | undefined;
  /** A stream without requests is ended after this time. @default {60000} */
  readonly idleTimeoutMs?: number | undefined;
}

/** Options of {@linkcode serveMcpStreams}. */
export interface McpStreamsOptions extends McpServerOptions {
  /** Where the streams come from. */
  readonly network: Network;
  /** Who may call. Asked for every request, before anything else happens. */
  readonly authorizer: Authorizer;
  /** What one peer may take. @default {{}} */
  readonly limits?: McpStreamLimits | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * Serve tools to other peers, over streams of the protocol `/mcp+p2p/1.0.0`, in both protocol eras.
 * Only tools in the given table can be seen or called.
 *
 * A peer that resets its stream cancels its calls; one that only ends its half gets its answers.
 *
 * @param group Serving ends with it; every stream and call is a child of it.
 * @param options The network, the tools, and who may call.
 * @returns When the protocol is served.
 */
export async function serveMcpStreams(group: TaskGroup, options: McpStreamsOptions): Promise<void> {
  await options.network.handle(
    group,
    MCP_P2P_PROTOCOL,
    (stream, signal) => serveStream(stream, options, signal),
    { maxStreamsPerPeer: options.limits?.maxStreamsPerPeer ?? 16 },
  );
}

async function serveStream(
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
