import { encodeFrame, type FrameOptions, IncompleteFrameError } from "../../../../codec/mod.ts";
import { FrameReader } from "../../../frame_reader.ts";
import type { Stream } from "../../../network.ts";
import { MAX_MESSAGE_BYTES } from "./message.ts";

const FRAMES: FrameOptions = { maxFrameBytes: MAX_MESSAGE_BYTES, prefix: "varint" };

/** Short messages over a stream, each after its length as a varint. */
export class MessageChannel {
  readonly #stream: Stream;
  readonly #frames: FrameReader;
  readonly #signal: AbortSignal;

  /**
   * @param stream The stream.
   * @param signal Ends every wait.
   */
  constructor(stream: Stream, signal: AbortSignal) {
    this.#stream = stream;
    this.#frames = new FrameReader(stream, FRAMES);
    this.#signal = signal;
  }

  /** Send a message. */
  async write(message: Uint8Array): Promise<void> {
    await this.#stream.write(encodeFrame(message, FRAMES), { signal: this.#signal });
  }

  /**
   * The next message.
   *
   * @throws {FrameTooLargeError} If it is too long.
   * @throws {IncompleteFrameError} If the stream ends before it does.
   */
  async read(): Promise<Uint8Array> {
    const message = await this.#frames.read({ signal: this.#signal });
    if (message === null) throw new IncompleteFrameError(0, "prefix");
    return message;
  }
}
