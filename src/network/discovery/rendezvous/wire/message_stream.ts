import type { Stream, StreamOptions } from "../../../network.ts";
import { RendezvousMessageError } from "../errors.ts";
import type { RendezvousMessage } from "../message.ts";
import { decodeMessage } from "./decode_message.ts";
import { encodeMessage } from "./encode_message.ts";
import { decodeVarint, encodeVarint } from "./varint.ts";

/** How messages are read. */
export interface MessageStreamOptions {
  /** How long a message from the other side may be. */
  readonly maxMessageBytes: number;
}

/** Messages over a stream, each after its length as a varint. */
export class MessageStream {
  readonly #stream: Stream;
  readonly #maxMessageBytes: number;
  // Grows by doubling, so that bytes which come one by one cost no more than others.
  #buffer = new Uint8Array(1024);
  #size = 0;

  constructor(stream: Stream, options: MessageStreamOptions) {
    this.#stream = stream;
    this.#maxMessageBytes = options.maxMessageBytes;
  }

  /**
   * Send a message.
   *
   * @param message The message.
   * @param options Gives up.
   */
  async write(message: RendezvousMessage, options: StreamOptions): Promise<void> {
    const body = encodeMessage(message);
    const prefix = encodeVarint(body.length);
    const bytes = new Uint8Array(prefix.length + body.length);
    bytes.set(prefix);
    bytes.set(body, prefix.length);
    await this.#stream.write(bytes, options);
  }

  /**
   * The next message.
   *
   * @param options Gives up.
   * @returns The message, or `null` after the last one.
   * @throws {RendezvousMessageError} If it is malformed, too long, or cut off.
   */
  async read(options: StreamOptions): Promise<RendezvousMessage | null> {
    while (true) {
      const body = this.#takeMessage();
      if (body !== undefined) return decodeMessage(body);
      const chunk = await this.#stream.read(options);
      if (chunk !== null) this.#append(chunk);
      else if (this.#size === 0) return null;
      else throw new RendezvousMessageError("the stream ends within it");
    }
  }

  #append(chunk: Uint8Array): void {
    const size = this.#size + chunk.length;
    if (size > this.#buffer.length) {
      const buffer = new Uint8Array(Math.max(size, 2 * this.#buffer.length));
      buffer.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = buffer;
    }
    this.#buffer.set(chunk, this.#size);
    this.#size = size;
  }

  #takeMessage(): Uint8Array | undefined {
    const prefix = this.#decodePrefix();
    if (prefix === undefined) return undefined;
    if (prefix.value > this.#maxMessageBytes) throw new RendezvousMessageError("it is too long");
    const end = prefix.end + prefix.value;
    if (end > this.#size) return undefined;
    // A copy: the message lives on when the buffer is used for the next one.
    const body = this.#buffer.slice(prefix.end, end);
    this.#buffer.copyWithin(0, end, this.#size);
    this.#size -= end;
    return body;
  }

  #decodePrefix(): ReturnType<typeof decodeVarint> {
    try {
      return decodeVarint(this.#buffer.subarray(0, this.#size), 0);
    } catch (error) {
      throw new RendezvousMessageError("its length is malformed", error);
    }
  }
}
