import { encodeFrame, FrameDecoder } from "../../../codec/mod.ts";
import { CancelReason, type Clock, failAfter } from "../../../concurrency/mod.ts";
import type { Stream } from "../../network.ts";
import type { Offence } from "../../conduct/offence.ts";
import { InviteProtocolError } from "./errors.ts";
import { decodeJoinMessage, encodeJoinMessage, type JoinMessage } from "./join_message.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

const FRAME = { maxFrameBytes: MAX_MESSAGE_BYTES };

/** How messages are waited for. */
export interface JoinChannelOptions {
  /** Whose time it is. */
  readonly clock: Clock;
  /** How long a message may take to arrive, or to be taken. */
  readonly messageTimeoutMs: number;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** Messages over a stream, each with its time. */
export class JoinChannel {
  readonly peerId: string;
  readonly #stream: Stream;
  readonly #options: JoinChannelOptions;
  readonly #decoder = new FrameDecoder(FRAME);

  constructor(stream: Stream, options: JoinChannelOptions) {
    this.peerId = stream.remotePeerId;
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * Send a message.
   *
   * @throws {InviteProtocolError} If the other side does not take it in time.
   */
  async write(message: JoinMessage): Promise<void> {
    const frame = encodeFrame(encodeJoinMessage(message), FRAME);
    await this.#inTime((signal) => this.#stream.write(frame, { signal }));
  }

  /**
   * The next message, which has to be of this type.
   *
   * @throws {InviteProtocolError} If it is another one or none, too large, or too late.
   */
  async read<Type extends JoinMessage["type"]>(
    ...types: readonly Type[]
  ): Promise<Extract<JoinMessage, { readonly type: Type }>> {
    const message = await this.#inTime((signal) => this.#readAny(signal));
    const isExpected = types.some((type) => type === message.type);
    if (!isExpected) throw this.#fail("the message is not one that may come now", "malformed");
    return message as Extract<JoinMessage, { readonly type: Type }>;
  }

  async #readAny(signal: AbortSignal): Promise<JoinMessage> {
    while (true) {
      const chunk = await this.#stream.read({ signal });
      if (chunk === null) throw this.#fail("the other side has ended it");
      for (const body of this.#decode(chunk)) {
        const message = decodeJoinMessage(body);
        if (message === undefined) throw this.#fail("the message makes no sense", "malformed");
        return message;
      }
    }
  }

  /** Whoever sends more than one message at a time has not waited for the answer. */
  #decode(chunk: Uint8Array): readonly Uint8Array[] {
    try {
      const bodies = [...this.#decoder.decode(chunk)];
      if (bodies.length <= 1) return bodies;
    } catch (error) {
      throw this.#fail("the message is too large", "too_large", error);
    }
    throw this.#fail("there is more than one message", "malformed");
  }

  async #inTime<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, messageTimeoutMs, signal } = this.#options;
    try {
      return await failAfter(messageTimeoutMs, run, { name: "join message", clock, signal });
    } catch (error) {
      const isLate = error instanceof CancelReason && error.code === "deadline_exceeded";
      if (!isLate || signal?.aborted === true) throw error;
      throw this.#fail("the other side takes too long", "too_slow", error);
    }
  }

  #fail(reason: string, offence?: Offence, cause?: unknown): InviteProtocolError {
    return new InviteProtocolError(this.peerId, reason, { offence, cause });
  }
}
