import { ByteQueue } from "./byte_queue.ts";
import { FrameTooLargeError } from "./errors.ts";
import { decodeUtf8 } from "./utf8.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How lines are decoded. */
export interface LineDecoderOptions {
  /** How long a line may be, without its line break. */
  readonly maxLineBytes: number;
}

/**
 * Splits bytes into lines of UTF-8, however they were cut into chunks.
 *
 * A line ends at `\n`; one `\r` before it belongs to the line break.
 *
 * @example A line in two pieces
 * ```ts
 * import { LineDecoder } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const decoder = new LineDecoder({ maxLineBytes: 1024 });
 * const bytes = new TextEncoder().encode('{"op":"status"}\r\nrest');
 * assert.deepEqual([...decoder.decode(bytes.subarray(0, 5))], []);
 * assert.deepEqual([...decoder.decode(bytes.subarray(5))], ['{"op":"status"}']);
 * assert.equal(decoder.end(), "rest");
 * ```
 */
export class LineDecoder {
  readonly #queue = new ByteQueue();
  readonly #maxLineBytes: number;
  #searched = 0;

  /**
   * Start with nothing.
   *
   * @param options How long a line may be.
   */
  constructor(options: LineDecoderOptions) {
    this.#maxLineBytes = options.maxLineBytes;
  }

  /**
   * Take bytes in and give the lines that are complete. Leaving the iteration early loses nothing:
   * the next call goes on from there.
   *
   * @param chunk The next bytes. They must not change any more.
   * @returns The complete lines, without their line breaks.
   * @throws {FrameTooLargeError} If a line is too long, whether complete or not.
   * @throws {InvalidUtf8Error} If a line is not UTF-8.
   */
  decode(chunk: Uint8Array): IterableIterator<string> {
    this.#queue.push(chunk);
    return this.#lines();
  }

  /**
   * Say that no more bytes will come.
   *
   * @returns What is left over, a last line without a line break, or `undefined` if nothing is.
   * @throws {FrameTooLargeError} If it is too long.
   * @throws {InvalidUtf8Error} If it is not UTF-8.
   */
  end(): string | undefined {
    const [line] = this.#lines();
    if (line !== undefined || this.#queue.length === 0) return line;
    return this.#decode(this.#queue.take(this.#queue.length));
  }

  *#lines(): IterableIterator<string> {
    while (true) {
      const index = this.#queue.indexOf(LINE_FEED, this.#searched);
      if (index === -1) break;
      this.#searched = 0;
      const line = this.#queue.take(index + 1);
      const hasReturn = line[index - 1] === CARRIAGE_RETURN;
      yield this.#decode(line.subarray(0, hasReturn ? index - 1 : index));
    }
    this.#searched = this.#queue.length;
    // One byte more than a line may have can still be the `\r` of its line break.
    if (this.#queue.length > this.#maxLineBytes + 1) this.#refuse(this.#queue.length);
  }

  #decode(line: Uint8Array): string {
    if (line.length > this.#maxLineBytes) this.#refuse(line.length);
    return decodeUtf8(line);
  }

  #refuse(sizeBytes: number): never {
    throw new FrameTooLargeError(sizeBytes, this.#maxLineBytes);
  }
}
