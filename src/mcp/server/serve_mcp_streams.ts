import type { Clock, TaskGroup } from "../../concurrency/mod.ts";
import type { Authorizer, Network } from "../../network/mod.ts";
import type { FramedStreamLimits } from "../stream/framed_stream_transport.ts";
import { MCP_P2P_PROTOCOL } from "../stream/protocol.ts";
import type { McpServerOptions } from "./server_options.ts";

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
    async (stream, signal) => {
      // The protocol package is loaded with the first stream: few nodes are asked over this way.
      const { serveMcpStream } = await import("./serve_mcp_stream.ts");
      await serveMcpStream(stream, options, signal);
    },
    { maxStreamsPerPeer: options.limits?.maxStreamsPerPeer ?? 16 },
  );
}
