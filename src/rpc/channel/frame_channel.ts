import { toError } from "../../error/mod.ts";
import { type FrameOptions, FrameTooLargeError, type JsonObject, toJson } from "../../codec/mod.ts";
import { abortable, type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import type { IntakeShare } from "../../network/conduct/mod.ts";
import { StreamTimeoutError } from "../errors.ts";
import { FrameWriter, MAX_BYTES_PER_CHARACTER, type OutgoingFrame } from "./frame_writer.ts";
import { MessageReader } from "./message_reader.ts";

/** Closing in good order may take this long: everything has been said when it begins. */
const CLOSE_TIMEOUT_MS = 500;

/** Options of a {@linkcode FrameChannel}. */
export interface FrameChannelOptions {
  /** Longest body that is sent. */
  readonly maxFrameBytes: number;
  /** Longest body that is taken. @default {maxFrameBytes} */
  readonly maxIncomingBytes?: number | undefined;
  /** A frame that has begun must be complete within this time. */
  readonly frameTimeoutMs: number;
  /** The other side must take what it is sent within this time. */
  readonly writeTimeoutMs: number;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Counts what is held of the frame that has begun. @default {undefined} nobody does */
  readonly intake?: Pick<IntakeShare, "add"> | undefined;
}

/**
 * JSON objects in frames, both ways, over one stream. The same for both sides, and whatever the
 * messages mean.
 */
export class FrameChannel {
  readonly #stream: Stream;
  readonly #options: FrameChannelOptions;
  readonly #reader: MessageReader;
  readonly #writer: FrameWriter;
  #lastActiveAtMs: number;

  /**
   * Takes over a stream.
   *
   * @param stream The stream. Nobody else may use it.
   * @param options Limits.
   */
  constructor(stream: Stream, options: FrameChannelOptions) {
    const { maxIncomingBytes, maxFrameBytes } = options;
    this.#stream = stream;
    this.#options = options;
    this.#reader = new MessageReader(stream, {
      ...options,
      maxFrameBytes: maxIncomingBytes ?? maxFrameBytes,
    });
    this.#writer = new FrameWriter(stream, options);
    this.#lastActiveAtMs = options.clock.monotonicMs();
  }

  /** Who is at the other end, proven by the handshake. */
  get peerId(): string {
    return this.#stream.remotePeerId;
  }

  /** Whether there is a better way to the peer by now; see `Stream.isOutdated`. */
  get isOutdated(): boolean {
    return this.#stream.isOutdated;
  }

  /** When the last message came in or went out, in the clock's monotonic time. */
  get lastActiveAtMs(): number {
    return this.#lastActiveAtMs;
  }

  /** Whether the other side reads so slowly that nothing more should be sent now. */
  get isCongested(): boolean {
    return this.#writer.isCongested;
  }

  /** Waits until it is not congested; a broken stream is not. Never rejects. */
  async whenDrained(): Promise<void> {
    while (this.#writer.isCongested) await this.#writer.whenDrained();
  }

  /**
   * The next message.
   *
   * @param signal Gives up.
   * @returns The message, or `null` when the other side has ended its half in good order.
   * @throws {AppError} If what comes is not a message, is too large, or takes too long.
   */
  async read(signal: AbortSignal): Promise<JsonObject | null> {
    const message = await this.#reader.read(signal);
    this.#lastActiveAtMs = this.#options.clock.monotonicMs();
    return message;
  }

  /**
   * Send a message soon, together with others of this turn of the event loop.
   *
   * @param message The message.
   * @param options How long it may be, if that is less than the channel allows.
   * @returns Tells whether it has left.
   * @throws {FrameTooLargeError} If it is too long.
   * @throws {unknown} What broke the stream, if it is broken.
   */
  send(message: JsonObject, options: Partial<FrameOptions> = {}): OutgoingFrame {
    this.#lastActiveAtMs = this.#options.clock.monotonicMs();
    return this.#writer.put(this.#encode(message, options.maxFrameBytes));
  }

  /**
   * Send a message instead of one that still waits.
   *
   * @param frame The one that waits, perhaps.
   * @param message The message.
   * @returns Whether it was in time. If not, nothing is sent.
   */
  replace(frame: OutgoingFrame, message: JsonObject): boolean {
    return frame.state === "waiting" && this.#writer.replace(frame, this.#encode(message));
  }

  /** Waits until nothing is under way. Resolves to whether the stream has taken everything. */
  flushed(): Promise<boolean> {
    return this.#writer.flushed();
  }

  /** Ends the stream in good order, or breaks it if that takes too long. Never rejects. */
  async close(): Promise<void> {
    const { clock } = this.#options;
    try {
      const closed = await moveOnAfter(CLOSE_TIMEOUT_MS, async (signal) => {
        await abortable(this.#writer.flushed(), signal);
        await this.#stream.close({ signal });
      }, { clock });
      if (closed.timedOut) this.break(new StreamTimeoutError("closing", CLOSE_TIMEOUT_MS));
    } catch (error) {
      this.break(error);
    }
  }

  /** Resets the stream. What waits is not sent. */
  break(error: unknown): void {
    this.#writer.fail(error);
    this.#stream.abort(toError(error));
  }

  #encode(message: JsonObject, lowerLimit = Infinity): string {
    const body = toJson(message);
    const maxFrameBytes = Math.min(this.#options.maxFrameBytes, lowerLimit);
    // Only what may be too long has to be measured.
    if (body.length * MAX_BYTES_PER_CHARACTER > maxFrameBytes) checkLength(body, maxFrameBytes);
    return body;
  }
}

function checkLength(body: string, maxFrameBytes: number): void {
  const { length } = new TextEncoder().encode(body);
  if (length > maxFrameBytes) throw new FrameTooLargeError(length, maxFrameBytes);
}
