import { FrameTooLargeError, type JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import {
  DEFAULT_RPC_LIMITS,
  FrameChannel,
  type OutgoingFrame,
  StreamAbandonedError,
} from "../../rpc/mod.ts";
import type { StreamEndpoint } from "../client/endpoint.ts";
import { ConnectionLostError } from "../client/errors.ts";
import type { RequestId } from "../protocol/message.ts";
import { addToken } from "../stream/token.ts";
import { toErrorResponse } from "./error_response.ts";
import type { FarConnection, FarHandlers, FarSide } from "./far_side.ts";

/** Options of {@linkcode createPeerFarSide}. */
export interface PeerFarSideOptions extends StreamEndpoint {
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * A peer as the far side of a relay: one stream of `/mcp+p2p/1.0.0` at a time.
 *
 * @param options How to get there.
 * @returns The far side.
 */
export function createPeerFarSide(options: PeerFarSideOptions): FarSide {
  const { openStream, token, clock = systemClock } = options;
  const { maxFrameBytes = DEFAULT_RPC_LIMITS.maxFrameBytes } = options;
  return {
    name: "peer",
    async connect(group: TaskGroup, handlers: FarHandlers, signal: AbortSignal) {
      const stream = await openStream({ signal });
      const channel = new FrameChannel(stream, { ...DEFAULT_RPC_LIMITS, maxFrameBytes, clock });
      const connection = new PeerConnection(channel, { handlers, token });
      group.spawn("messages of the peer", (stopping) => connection.read(stopping));
      return connection;
    },
  };
}

interface PeerConnectionOptions {
  readonly handlers: FarHandlers;
  readonly token: string | undefined;
}

interface SentRequest {
  readonly message: JsonObject;
  readonly frame: OutgoingFrame;
}

class PeerConnection implements FarConnection {
  readonly #channel: FrameChannel;
  readonly #options: PeerConnectionOptions;
  readonly #unanswered = new Map<RequestId, SentRequest>();
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  constructor(channel: FrameChannel, options: PeerConnectionOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /** Reads until the stream ends, whoever ends it. */
  async read(stopping: AbortSignal): Promise<void> {
    const { onMessage, onEnd, onUnsent } = this.#options.handlers;
    const failure = await this.#readAll(AbortSignal.any([stopping, this.#stop.signal]));
    await onEnd();
    if (failure === undefined) await this.#channel.close();
    else this.#channel.break(failure.error);
    const lost = new ConnectionLostError(this.#channel.peerId);
    for (const [id, { message, frame }] of this.#unanswered) {
      if (frame.state === "waiting") await onUnsent(message);
      else await onMessage(toErrorResponse(id, lost));
    }
    this.#ended.resolve();
  }

  /** Resolves to nothing if the end came in good order. */
  async #readAll(signal: AbortSignal): Promise<{ readonly error: unknown } | undefined> {
    try {
      let message = await this.#channel.read(signal);
      for (; message !== null; message = await this.#channel.read(signal)) {
        if (!("method" in message)) this.#unanswered.delete(message["id"] as RequestId);
        await this.#options.handlers.onMessage(message);
      }
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  async send(message: JsonObject): Promise<void> {
    const { token, handlers } = this.#options;
    let frame: OutgoingFrame;
    try {
      frame = this.#channel.send(token === undefined ? message : addToken(message, token));
    } catch (error) {
      if (error instanceof FrameTooLargeError) throw error;
      // A broken stream is noticed by its reader.
      return await handlers.onUnsent(message);
    }
    this.#note(message, frame);
    await frame.whenSettled();
  }

  async close(): Promise<void> {
    // To end it while answers are due is to break it off, which cancels their calls.
    if (this.#unanswered.size > 0) this.#channel.break(new StreamAbandonedError());
    else await this.#channel.close();
    this.#stop.abort();
    await this.#ended.promise;
  }

  #note(message: JsonObject, frame: OutgoingFrame): void {
    const { id, method, params } = message;
    if (method === "notifications/cancelled") {
      this.#unanswered.delete((params as JsonObject | undefined)?.["requestId"] as RequestId);
    } else if (method !== undefined && id !== undefined) {
      this.#unanswered.set(id as RequestId, { message, frame });
    }
  }
}
