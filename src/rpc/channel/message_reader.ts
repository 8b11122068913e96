import {
  decodeUtf8,
  FrameDecoder,
  isJsonObject,
  type JsonObject,
  parseJson,
} from "../../codec/mod.ts";
import { type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import type { IntakeShare } from "../../network/conduct/mod.ts";
import { MalformedMessageError, StreamTimeoutError } from "../errors.ts";

/** Bytes of the length before each body. */
const PREFIX_BYTES = 4;

/** Options of a {@linkcode MessageReader}. */
export interface MessageReaderOptions {
  /** Longest body. */
  readonly maxFrameBytes: number;
  /** A frame that has begun must be complete within this time. */
  readonly frameTimeoutMs: number;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Counts what is held of the frame that has begun. @default {undefined} nobody does */
  readonly intake?: Pick<IntakeShare, "add"> | undefined;
}

/** Reads one JSON object after the other from a stream of frames. */
export class MessageReader {
  readonly #stream: Stream;
  readonly #options: MessageReaderOptions;
  readonly #decoder: FrameDecoder;
  #bodies: Iterator<Uint8Array> = [].values();
  /** Bytes of the frame that has begun; 0 between frames. */
  #begunBytes = 0;
  /** How long the rest of the frame has been waited for. Time in which nobody read is our own. */
  #waitedMs = 0;

  constructor(stream: Stream, options: MessageReaderOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#decoder = new FrameDecoder(options);
  }

  /**
   * The next message.
   *
   * @param signal Gives up.
   * @returns The message, or `null` when the other side has ended its half in good order.
   * @throws {MalformedMessageError} If what came is not a JSON object.
   * @throws {InvalidJsonError} If it is not JSON.
   * @throws {InvalidUtf8Error} If it is not UTF-8.
   * @throws {FrameTooLargeError} If a frame announces itself as too large.
   * @throws {IncompleteFrameError} If the stream ends within a frame.
   * @throws {TooMuchUnfinishedError} If too much is held of unfinished frames.
   * @throws {StreamTimeoutError} If a frame takes too long to arrive.
   */
  async read(signal: AbortSignal): Promise<JsonObject | null> {
    while (true) {
      const { done, value: body } = this.#bodies.next();
      if (!done) {
        this.#noteHeld(-(PREFIX_BYTES + body.length));
        this.#waitedMs = 0;
        return parseMessage(body);
      }
      const chunk = await this.#readChunk(signal);
      if (chunk === null) {
        this.#decoder.end();
        return null;
      }
      this.#noteHeld(chunk.length);
      this.#bodies = this.#decoder.decode(chunk);
    }
  }

  #noteHeld(bytes: number): void {
    this.#begunBytes += bytes;
    this.#options.intake?.add(bytes);
  }

  /** Between frames the other side may be silent as long as the owner of the stream lets it. */
  async #readChunk(signal: AbortSignal): Promise<Uint8Array | null> {
    if (this.#begunBytes === 0) return await this.#stream.read({ signal });
    const { clock, frameTimeoutMs } = this.#options;
    const startMs = clock.monotonicMs();
    const chunk = await moveOnAfter(
      Math.max(0, frameTimeoutMs - this.#waitedMs),
      (limited) => this.#stream.read({ signal: limited }),
      { clock, signal },
    );
    if (chunk.timedOut) throw new StreamTimeoutError("a frame", frameTimeoutMs);
    this.#waitedMs += clock.monotonicMs() - startMs;
    return chunk.value;
  }
}

function parseMessage(body: Uint8Array): JsonObject {
  const value = parseJson(decodeUtf8(body));
  if (!isJsonObject(value)) throw new MalformedMessageError("it is not a JSON object");
  return value;
}
