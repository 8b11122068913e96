import {
  encodeFrame,
  type FrameOptions,
  FrameTooLargeError,
  IncompleteFrameError,
} from "../../../../codec/mod.ts";
import { FrameReader } from "../../../frame_reader.ts";
import type { Stream, StreamOptions } from "../../../network.ts";
import { RendezvousMessageError } from "../errors.ts";
import type { RendezvousMessage } from "../message.ts";
import { decodeMessage } from "./decode_message.ts";
import { encodeMessage } from "./encode_message.ts";

/** What this node says is limited by what it is asked. */
const OWN_FRAMES: FrameOptions = { maxFrameBytes: Infinity, prefix: "varint" };

/** How messages are read. */
export interface MessageStreamOptions {
  /** How long a message from the other side may be. */
  readonly maxMessageBytes: number;
}

/** Messages over a stream, each after its length as a varint. */
export class MessageStream {
  readonly #stream: Stream;
  readonly #frames: FrameReader;

  constructor(stream: Stream, options: MessageStreamOptions) {
    const { maxMessageBytes: maxFrameBytes } = options;
    this.#stream = stream;
    this.#frames = new FrameReader(stream, { maxFrameBytes, prefix: "varint" });
  }

  /**
   * Send a message.
   *
   * @param message The message.
   * @param options Gives up.
   */
  async write(message: RendezvousMessage, options: StreamOptions): Promise<void> {
    await this.#stream.write(encodeFrame(encodeMessage(message), OWN_FRAMES), options);
  }

  /**
   * The next message.
   *
   * @param options Gives up.
   * @returns The message, or `null` after the last one.
   * @throws {RendezvousMessageError} If it is malformed, too long, or cut off.
   */
  async read(options: StreamOptions): Promise<RendezvousMessage | null> {
    const body = await this.#readBody(options);
    return body === null ? null : decodeMessage(body);
  }

  async #readBody(options: StreamOptions): Promise<Uint8Array | null> {
    try {
      return await this.#frames.read(options);
    } catch (error) {
      const reason = reasonOf(error);
      throw reason === undefined ? error : new RendezvousMessageError(reason, error);
    }
  }
}

/** What is wrong with a frame; `undefined` if it is something else that has failed. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof FrameTooLargeError) return "it is too long";
  if (error instanceof IncompleteFrameError) return "the stream ends within it";
  if (error instanceof RangeError) return "its length is malformed";
  return undefined;
}
