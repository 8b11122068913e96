import { FrameDecoder, type FrameOptions } from "../codec/mod.ts";
import type { Stream, StreamOptions } from "./network.ts";

/** Reads frames from a stream, one at a time. */
export class FrameReader {
  readonly #stream: Pick<Stream, "read">;
  readonly #decoder: FrameDecoder;
  #bodies: Iterator<Uint8Array> = [].values();

  /**
   * @param stream The stream.
   * @param options How long a body may be, and how its length is written.
   */
  constructor(stream: Pick<Stream, "read">, options: FrameOptions) {
    this.#stream = stream;
    this.#decoder = new FrameDecoder(options);
  }

  /**
   * The body of the next frame.
   *
   * @param options Gives up.
   * @returns The body, or `null` after the last one.
   * @throws {FrameTooLargeError} If it is too long.
   * @throws {IncompleteFrameError} If the stream ends within it.
   * @throws {RangeError} If its length is malformed.
   */
  async read(options: StreamOptions): Promise<Uint8Array | null> {
    while (true) {
      const { done, value } = this.#bodies.next();
      if (!done) return value;
      const chunk = await this.#stream.read(options);
      if (chunk === null) {
        this.#decoder.end();
        return null;
      }
      this.#bodies = this.#decoder.decode(chunk);
    }
  }
}
