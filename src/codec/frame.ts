import { ByteQueue } from "./byte_queue.ts";
import { FrameTooLargeError, IncompleteFrameError } from "./errors.ts";
import { type FramePrefix, PREFIX_CODECS, type PrefixCodec } from "./frame_prefix.ts";

/** How frames are decoded and encoded. */
export interface FrameOptions {
  /** How long a body may be. */
  readonly maxFrameBytes: number;
  /** How the length before a body is written. @default {"uint32"} four bytes, big-endian */
  readonly prefix?: FramePrefix | undefined;
}

/**
 * Put a body into a frame: its length, then the body.
 *
 * @param body Bytes, or text to be encoded as UTF-8.
 * @param options How long the body may be, and how its length is written.
 * @returns The frame.
 * @throws {FrameTooLargeError} If the body is too long.
 */
export function encodeFrame(body: Uint8Array | string, options: FrameOptions): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const codec = PREFIX_CODECS[options.prefix ?? "uint32"];
  const maxFrameBytes = Math.min(options.maxFrameBytes, codec.maxBodyBytes);
  if (bytes.length > maxFrameBytes) throw new FrameTooLargeError(bytes.length, maxFrameBytes);
  const frame = codec.createFrame(bytes.length);
  frame.set(bytes, frame.length - bytes.length);
  return frame;
}

/**
 * Splits bytes into length-prefixed frames, however they were cut into chunks.
 *
 * @example A frame that arrives byte by byte
 * ```ts
 * import { encodeFrame, FrameDecoder } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const decoder = new FrameDecoder({ maxFrameBytes: 1024 });
 * const bodies: Uint8Array[] = [];
 * for (const byte of encodeFrame("{}", { maxFrameBytes: 1024 })) {
 *   bodies.push(...decoder.decode(Uint8Array.of(byte)));
 * }
 * assert.deepEqual(bodies, [new TextEncoder().encode("{}")]);
 * decoder.end();
 * ```
 */
export class FrameDecoder {
  readonly #queue = new ByteQueue();
  readonly #maxFrameBytes: number;
  readonly #prefix: PrefixCodec;
  #bodyBytes: number | undefined;

  /**
   * Start with nothing.
   *
   * @param options How long a body may be, and how its length is written.
   */
  constructor(options: FrameOptions) {
    this.#maxFrameBytes = options.maxFrameBytes;
    this.#prefix = PREFIX_CODECS[options.prefix ?? "uint32"];
  }

  /**
   * Take bytes in and give the bodies that are complete. Leaving the iteration early loses nothing:
   * the next call goes on from there.
   *
   * @param chunk The next bytes. They must not change any more.
   * @returns The complete bodies; an empty one where the length was zero.
   * @throws {FrameTooLargeError} As soon as a length is known to be too large, before its body
   * is waited for.
   * @throws {RangeError} If a length is a varint that never ends.
   */
  decode(chunk: Uint8Array): IterableIterator<Uint8Array> {
    this.#queue.push(chunk);
    return this.#frames();
  }

  /**
   * Say that no more bytes will come.
   *
   * @throws {IncompleteFrameError} If they end in the middle of a frame.
   */
  end(): void {
    if (this.#bodyBytes !== undefined) throw new IncompleteFrameError(this.#queue.length, "body");
    if (this.#queue.length > 0) throw new IncompleteFrameError(this.#queue.length, "prefix");
  }

  *#frames(): IterableIterator<Uint8Array> {
    while (true) {
      this.#bodyBytes ??= this.#takePrefix();
      if (this.#bodyBytes === undefined || this.#queue.length < this.#bodyBytes) return;
      const body = this.#queue.take(this.#bodyBytes);
      this.#bodyBytes = undefined;
      yield body;
    }
  }

  #takePrefix(): number | undefined {
    const sizeBytes = this.#prefix.take(this.#queue);
    if (sizeBytes !== undefined && sizeBytes > this.#maxFrameBytes) {
      throw new FrameTooLargeError(sizeBytes, this.#maxFrameBytes);
    }
    return sizeBytes;
  }
}
