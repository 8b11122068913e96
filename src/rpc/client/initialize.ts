import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { RpcClosedError, RpcRefusedError, RpcUnsupportedError } from "../errors.ts";
import type { FrameChannel } from "../channel/frame_channel.ts";
import { toObject } from "../messages.ts";
import { RpcMethod } from "../protocol.ts";
import { parseIncoming } from "./parse_answer.ts";

/** Id of the request; calls have others. */
const INITIALIZE_ID = 1;

/** What a peer allows on a stream. */
export interface StreamAllowance {
  /** Frames that may still be sent. */
  readonly frames: number;
  /** Longest frame. */
  readonly maxFrameBytes: number;
}

/** Options of {@linkcode initialize}. */
export interface InitializeOptions {
  /** Who we say we are. */
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly signal: AbortSignal;
}

/**
 * Open a session with a peer that wants one before the first call.
 *
 * @param channel A new stream.
 * @param options Who we are.
 * @returns What the peer allows from now on.
 * @throws {RpcRefusedError} If it refuses.
 * @throws {RpcUnsupportedError} If it answers in another language.
 * @throws {RpcClosedError} If it does not answer.
 */
export async function initialize(
  channel: FrameChannel,
  { clientInfo, signal }: InitializeOptions,
): Promise<StreamAllowance> {
  const { name, version } = clientInfo;
  channel.send({
    jsonrpc: "2.0",
    id: INITIALIZE_ID,
    method: RpcMethod.initialize,
    params: {
      protocolVersion: "2024-11-05",
      capabilities: {},
      clientInfo: { name, version },
    },
  });
  for (let next = await channel.read(signal); next !== null; next = await channel.read(signal)) {
    const incoming = parseIncoming(next);
    if (incoming.kind === "result") return toAllowance(incoming.result);
    if (incoming.kind === "refusal") throw new RpcRefusedError(channel.peerId, incoming.refusal);
    if (incoming.kind === "envelope") throw unsupported(channel.peerId);
  }
  const reason = "the peer ended the stream without an answer";
  throw new RpcClosedError(channel.peerId, { reason, isSent: false });
}

/** The error for a peer that answers in P2PMessage envelopes. */
export function unsupported(peer: string): RpcUnsupportedError {
  return new RpcUnsupportedError(peer, "it speaks another language than JSON-RPC");
}

function toAllowance(result: JsonObject): StreamAllowance {
  const limits = toObject(result["limits"]);
  // The request that was just answered counts, too.
  const frames = toCount(limits["max_frames"]) - 1;
  return { frames, maxFrameBytes: toCount(limits["max_frame_bytes"]) };
}

function toCount(value: JsonValue | undefined): number {
  return typeof value === "number" && value >= 1 ? Math.floor(value) : Infinity;
}
