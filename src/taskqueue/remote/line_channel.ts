import { toError } from "../../error/mod.ts";
import {
  FrameTooLargeError,
  InvalidJsonError,
  InvalidUtf8Error,
  isJsonObject,
  type JsonObject,
  LineDecoder,
  parseJson,
  toJson,
} from "../../codec/mod.ts";
import { CancelReason, type Clock, failAfter, moveOnAfter } from "../../concurrency/mod.ts";
import type { Network, PeerTarget, Stream } from "../../network/mod.ts";
import { InvalidTaskError, PeerProtocolError, PeerTimeoutError } from "../errors.ts";
import { MAX_LINE_BYTES, TASK_QUEUE_PROTOCOL } from "../protocol/constants.ts";
import { type PeerChannel, type Reply, type RequestOptions, toName } from "./peer_channel.ts";

/** Where requests go. */
export interface LineChannelDeps {
  readonly network: Network;
  readonly target: PeerTarget;
  readonly clock: Clock;
  /** Aborted when the client is disposed: its streams end. */
  readonly closing: AbortSignal;
}

/** A peer has this long to end its half after the reply. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The line protocol: each request goes on a stream of its own, as one line, and so does its reply.
 *
 * @throws {ProtocolUnsupportedError} From `request`, if the peer does not speak it.
 */
export function createLineChannel(deps: LineChannelDeps): PeerChannel {
  return { request: (message, options) => exchange(deps, message, options) };
}

async function exchange(
  deps: LineChannelDeps,
  request: JsonObject,
  options: RequestOptions,
): Promise<Reply> {
  const { clock, target, closing } = deps;
  const { timeoutMs } = options;
  const signal = options.signal === undefined
    ? closing
    : AbortSignal.any([closing, options.signal]);
  const op = String(request["op"]);
  const line = encodeRequest(request, op);
  try {
    const run = (scopeSignal: AbortSignal) =>
      converse({ ...deps, ...options, op, line, signal: scopeSignal });
    return await failAfter(timeoutMs, run, { name: `ask peer to ${op}`, clock, signal });
  } catch (error) {
    if (closing.aborted) throw new PeerProtocolError("closed", { op, peerId: toName(target) });
    if (signal.aborted || !(error instanceof CancelReason)) throw error;
    if (error.code !== "deadline_exceeded") throw error;
    throw new PeerTimeoutError(timeoutMs, { op, peerId: toName(target), cause: error });
  }
}

interface Conversation extends LineChannelDeps, RequestOptions {
  readonly op: string;
  readonly line: Uint8Array;
  readonly signal: AbortSignal;
}

async function converse(conversation: Conversation): Promise<Reply> {
  const { network, target, clock, line, signal } = conversation;
  const stream = await network.openStream(target, TASK_QUEUE_PROTOCOL, { signal });
  const peerId = stream.remotePeerId;
  try {
    await stream.write(line, { signal });
    const message = await readReply(stream, conversation);
    await closeStream(stream, clock);
    return { message, peerId };
  } catch (error) {
    stream.abort(toError(error));
    throw error;
  }
}

async function readReply(stream: Stream, conversation: Conversation): Promise<JsonObject> {
  const { op, onEvent, signal } = conversation;
  const peer = { op, peerId: stream.remotePeerId };
  const decoder = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES });
  try {
    for (;;) {
      const chunk = await stream.read({ signal });
      if (chunk === null) break;
      for (const line of decoder.decode(chunk)) {
        const message = parseMessage(line, peer);
        if ("ok" in message) return message;
        onEvent?.(message);
      }
    }
    const rest = decoder.end();
    if (rest !== undefined && rest.trim() !== "") return parseMessage(rest, peer);
  } catch (error) {
    if (error instanceof FrameTooLargeError) {
      throw new PeerProtocolError("reply_too_large", { ...peer, cause: error });
    }
    if (error instanceof InvalidJsonError || error instanceof InvalidUtf8Error) {
      throw new PeerProtocolError("invalid_reply", { ...peer, cause: error });
    }
    throw error;
  }
  throw new PeerProtocolError("closed", peer);
}

function parseMessage(line: string, peer: { op: string; peerId: string }): JsonObject {
  const message = parseJson(line);
  if (isJsonObject(message)) return message;
  throw new PeerProtocolError("invalid_reply", peer);
}

/** Python peers read on until they get a line break, and no further. */
function encodeRequest(request: JsonObject, op: string): Uint8Array {
  const line = new TextEncoder().encode(`${toJson(request)}\n`);
  if (line.length <= MAX_LINE_BYTES) return line;
  throw new InvalidTaskError(
    op,
    `its request is longer than ${MAX_LINE_BYTES} bytes: bytes "${line.length}"`,
  );
}

/** The reply is here: whether the peer says goodbye in good order does not matter for long. */
async function closeStream(stream: Stream, clock: Clock): Promise<void> {
  const closing = await moveOnAfter(CLOSE_TIMEOUT_MS, (signal) => stream.close({ signal }), {
    name: "close stream",
    clock,
  });
  if (closing.timedOut) stream.abort(new Error("The peer did not end its half"));
}
