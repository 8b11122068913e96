import { concatBytes } from "../../../../codec/mod.ts";
import { decodeVarint, encodeVarint } from "../../../discovery/rendezvous/wire/varint.ts";
import type { Stream } from "../../../network.ts";
import { MAX_MESSAGE_BYTES } from "./message.ts";

/** Short messages over a stream, each after its length as a varint. */
export class MessageChannel {
  readonly #stream: Stream;
  readonly #signal: AbortSignal;
  #unread: Uint8Array = new Uint8Array(0);

  /**
   * @param stream The stream.
   * @param signal Ends every wait.
   */
  constructor(stream: Stream, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /** Send a message. */
  async write(message: Uint8Array): Promise<void> {
    await this.#stream.write(concatBytes([encodeVarint(message.length), message]), {
      signal: this.#signal,
    });
  }

  /**
   * The next message.
   *
   * @throws {RangeError} If it is too long, or the stream ends before it does.
   */
  async read(): Promise<Uint8Array> {
    for (;;) {
      const message = this.#take();
      if (message !== undefined) return message;
      const chunk = await this.#stream.read({ signal: this.#signal });
      if (chunk === null) throw new RangeError("Cannot read message as the stream has ended");
      this.#unread = concatBytes([this.#unread, chunk]);
    }
  }

  #take(): Uint8Array | undefined {
    const length = decodeVarint(this.#unread, 0);
    if (length === undefined) return undefined;
    const { value, end } = length;
    if (value > MAX_MESSAGE_BYTES) throw new RangeError("Cannot read message as it is too long");
    if (this.#unread.length < end + value) return undefined;
    const message = this.#unread.slice(end, end + value);
    this.#unread = this.#unread.slice(end + value);
    return message;
  }
}
