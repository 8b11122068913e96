import { setImmediate } from "node:timers";
import { encodeFrame } from "../../codec/mod.ts";
import type { Clock } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { StreamTimeoutError } from "../errors.ts";

/** Bytes of the length before each body: unsigned, big-endian. */
const PREFIX_BYTES = 4;
/** A longer body is measured, rather than given room for whatever it may come to. */
const LONG_LENGTH = 64 * 1024;
/** Waiting characters at which producers are asked to pause. */
const CONGESTED_AT_LENGTH = 512 * 1024;
/** As many characters go into one write of the stream. */
const MAX_BATCH_LENGTH = 256 * 1024;
/** A character of JavaScript's is never longer in UTF-8. */
export const MAX_BYTES_PER_CHARACTER = 3;

const encoder = new TextEncoder();

/** A frame on its way out. */
export interface OutgoingFrame {
  /** `waiting` means that no byte of it has left, also when the stream is broken. */
  readonly state: "waiting" | "writing" | "written";
  /** Resolves to whether the stream has taken it, as soon as that is certain. */
  whenSettled(): Promise<boolean>;
}

/** Options of a {@linkcode FrameWriter}. */
export interface FrameWriterOptions {
  /** The other side must take what is written within this time. */
  readonly writeTimeoutMs: number;
  /** Whose time it is. */
  readonly clock: Clock;
}

/**
 * Writes frames in order. All frames of one turn of the event loop go out together, and while the
 * stream is busy the next ones gather: that many small messages cost little is due to this.
 */
export class FrameWriter {
  readonly #stream: Stream;
  readonly #options: FrameWriterOptions;
  #waiting: Frame[] = [];
  #writing: readonly Frame[] = [];
  #unsentLength = 0;
  #flushing: Promise<void> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: Stream, options: FrameWriterOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /** Whether so much waits that nothing more should be produced. */
  get isCongested(): boolean {
    return this.#unsentLength >= CONGESTED_AT_LENGTH;
  }

  /**
   * Waits until it is less congested, or broken. Ask again before producing something, as others
   * have waited too. Never rejects.
   */
  async whenDrained(): Promise<void> {
    if (!this.isCongested) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
  }

  /**
   * Sends a frame soon.
   *
   * @param body What it holds.
   * @throws {unknown} What broke the stream, if it is broken.
   */
  put(body: string): OutgoingFrame {
    if (this.#failure !== undefined) throw this.#failure.error;
    const frame = new Frame(body);
    this.#waiting.push(frame);
    this.#unsentLength += body.length;
    this.#flushing ??= this.#flush();
    return frame;
  }

  /**
   * Sends a frame in the place of one that still waits.
   *
   * @returns Whether it was in time.
   */
  replace(outgoing: OutgoingFrame, body: string): boolean {
    const frame = this.#waiting.find((waiting) => waiting === outgoing);
    if (frame === undefined) return false;
    this.#unsentLength += body.length - frame.body.length;
    frame.body = body;
    return true;
  }

  /** Waits until nothing is under way. Resolves to whether the stream has taken everything. */
  async flushed(): Promise<boolean> {
    await this.#flushing;
    return this.#failure === undefined;
  }

  /** Takes nothing more; what waits is not sent. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const frame of [...this.#writing, ...this.#waiting]) frame.settle(false);
    this.#waiting = [];
    this.#unsentLength = 0;
    this.#tellDrained();
  }

  /** Never rejects: what goes wrong is kept for those who put frames and wait. */
  async #flush(): Promise<void> {
    try {
      await endOfTurn();
      while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch());
    } catch (error) {
      this.fail(error);
    } finally {
      this.#flushing = undefined;
    }
  }

  async #writeBatch(batch: readonly Frame[]): Promise<void> {
    const { clock, writeTimeoutMs } = this.#options;
    this.#writing = batch;
    for (const frame of batch) frame.state = "writing";
    const bytes = encodeBatch(batch);
    using _limit = clock.setTimer(
      writeTimeoutMs,
      () => this.#stream.abort(new StreamTimeoutError("a write", writeTimeoutMs)),
    );
    await this.#stream.write(bytes);
    this.#writing = [];
    if (this.#failure !== undefined) return;
    for (const frame of batch) {
      this.#unsentLength -= frame.body.length;
      frame.state = "written";
      frame.settle(true);
    }
    if (!this.isCongested) this.#tellDrained();
  }

  #takeBatch(): readonly Frame[] {
    let count = 0;
    for (let length = 0; count < this.#waiting.length; count++) {
      const { body } = this.#waiting[count] ?? { body: "" };
      length += body.length > LONG_LENGTH ? Infinity : body.length;
      if (count > 0 && length > MAX_BATCH_LENGTH) break;
    }
    return this.#waiting.splice(0, count);
  }

  #tellDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}

class Frame implements OutgoingFrame {
  state: "waiting" | "writing" | "written" = "waiting";
  body: string;
  #outcome: boolean | undefined;
  // Few want to know.
  #settled: PromiseWithResolvers<boolean> | undefined;

  constructor(body: string) {
    this.body = body;
  }

  whenSettled(): Promise<boolean> {
    if (this.#outcome !== undefined) return Promise.resolve(this.#outcome);
    this.#settled ??= Promise.withResolvers();
    return this.#settled.promise;
  }

  settle(isWritten: boolean): void {
    this.#outcome = isWritten;
    this.#settled?.resolve(isWritten);
  }
}

/** All frames in one piece: one write costs little more than the smallest. */
function encodeBatch(batch: readonly Frame[]): Uint8Array {
  const [first] = batch;
  if (first !== undefined && batch.length === 1 && first.body.length > LONG_LENGTH) {
    return encodeFrame(first.body, { maxFrameBytes: Infinity });
  }
  const capacity = batch.reduce((sum, { body }) => sum + PREFIX_BYTES + maxBytesOf(body), 0);
  const bytes = new Uint8Array(capacity);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const { body } of batch) {
    const { written } = encoder.encodeInto(body, bytes.subarray(offset + PREFIX_BYTES));
    view.setUint32(offset, written);
    offset += PREFIX_BYTES + written;
  }
  return bytes.subarray(0, offset);
}

function maxBytesOf(body: string): number {
  return MAX_BYTES_PER_CHARACTER * body.length;
}

/** Later than everything that what has just come in leads to at once. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
