import { abortable, type Clock, isCancellation, Limiter, moveOnAfter } from "../concurrency/mod.ts";
import { StreamResetError } from "./errors.ts";
import type { Stream, StreamOptions } from "./network.ts";

/** Unread bytes at which the sender is asked to pause, and half of which let it go on. */
const PAUSE_AT_BYTES = 256 * 1024;
/** A write goes out in pieces of this size, so that backpressure acts inside large writes too. */
const CHUNK_BYTES = 64 * 1024;
/** How long `close` waits for the other side to end its half before it resets the stream. */
const CLOSE_TIMEOUT_MS = 30_000;

/** What an adapter supplies: the raw pipe under a {@linkcode DuplexStream}. */
export interface StreamLink {
  /** Resolves when `send` may be called or the link is dead; `undefined` if that is so already. */
  whenWritable(signal: AbortSignal | undefined): Promise<void> | undefined;
  /** Hand bytes over. */
  send(chunk: Uint8Array): void;
  /** Say that no more bytes will come, once all have been handed over. */
  endWrite(signal: AbortSignal | undefined): Promise<void>;
  /** Ask the other side to stop sending. What is under way may still arrive. */
  pause(): void;
  /** Ask it to go on. */
  resume(): void;
  /** Tear the pipe down so that the other side sees an error. */
  reset(reason: Error): void;
}

/** What a {@linkcode DuplexStream} is given besides its link. */
export interface DuplexStreamOptions {
  readonly protocol: string;
  readonly remotePeerId: string;
  readonly clock: Clock;
  /** Whether there is a better way to the peer by now. @default {never} */
  readonly isOutdated?: (() => boolean) | undefined;
  /** Called once, when both halves have ended or the stream has failed. */
  readonly onFinished?: (() => void) | undefined;
}

/**
 * The stream of every adapter: one place decides about order, backpressure, half close and errors,
 * so that the in-memory network behaves as the real one does.
 *
 * The adapter calls `receive`, `receiveEnd` and `fail` with what comes from the other side.
 */
export class DuplexStream implements Stream {
  readonly protocol: string;
  readonly remotePeerId: string;
  readonly #link: StreamLink;
  readonly #clock: Clock;
  readonly #isOutdated: (() => boolean) | undefined;
  readonly #onFinished: (() => void) | undefined;
  // Concurrent writers must not interleave their pieces.
  readonly #writeTurns = new Limiter(1);
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #news = Promise.withResolvers<void>();
  #failure: Error | undefined;
  #isPaused = false;
  #isReading = false;
  #isDiscarding = false;
  #hasRemoteEnded = false;
  #isWriteClosed = false;
  #isEndSent = false;
  #isFinished = false;

  constructor(link: StreamLink, options: DuplexStreamOptions) {
    this.#link = link;
    this.protocol = options.protocol;
    this.remotePeerId = options.remotePeerId;
    this.#clock = options.clock;
    this.#isOutdated = options.isOutdated;
    this.#onFinished = options.onFinished;
  }

  get isOutdated(): boolean {
    return this.#isOutdated?.() ?? false;
  }

  async read(options: StreamOptions = {}): Promise<Uint8Array | null> {
    options.signal?.throwIfAborted();
    if (this.#isReading) throw new TypeError("Cannot read from stream as another read is waiting");
    this.#isReading = true;
    try {
      while (true) {
        const chunk = this.#takeUnread();
        if (chunk !== undefined) return chunk;
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#hasRemoteEnded || this.#isDiscarding) return null;
        await abortable(this.#news.promise, options.signal);
      }
    } finally {
      this.#isReading = false;
    }
  }

  async write(bytes: Uint8Array, options: StreamOptions = {}): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    if (this.#isWriteClosed) {
      throw new TypeError("Cannot write to stream as its write half is closed");
    }
    await this.#writeTurns.run(() => this.#sendAll(bytes, signal), { signal });
  }

  async closeWrite(options: StreamOptions = {}): Promise<void> {
    const { signal } = options;
    this.#isWriteClosed = true;
    await this.#writeTurns.run(async () => {
      if (this.#isEndSent) return;
      this.#throwIfFailed();
      try {
        await this.#link.endWrite(signal);
      } catch (error) {
        throw this.#explain(error, signal);
      }
      this.#isEndSent = true;
      this.#finishIfDone();
    }, { signal });
  }

  async close(options: StreamOptions = {}): Promise<void> {
    this.#isDiscarding = true;
    this.#dropUnread();
    this.#tellReader();
    const ending = await moveOnAfter(CLOSE_TIMEOUT_MS, (signal) => this.#end(signal), {
      name: "close stream",
      clock: this.#clock,
      signal: options.signal,
    });
    if (ending.timedOut) this.abort(this.#createReset("the other side did not end its half"));
  }

  abort(reason: Error): void {
    if (this.#isFinished) return;
    this.fail(reason);
    this.#dropUnread();
    this.#link.reset(reason);
  }

  /** Bytes have come in. */
  receive(chunk: Uint8Array): void {
    if (this.#isDiscarding || this.#failure !== undefined || chunk.length === 0) return;
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (!this.#isPaused && this.#unreadBytes >= PAUSE_AT_BYTES) {
      this.#isPaused = true;
      this.#link.pause();
    }
    this.#tellReader();
  }

  /** The other side has ended its half; all its bytes were received. */
  receiveEnd(): void {
    this.#hasRemoteEnded = true;
    this.#tellReader();
    this.#finishIfDone();
  }

  /** The stream is broken. What was received before can still be read. */
  fail(error: Error): void {
    if (this.#isFinished) return;
    this.#failure = error;
    this.#tellReader();
    this.#finish();
  }

  /** The other side, or the connection, has broken the stream. */
  failByReset(reason: string, cause?: unknown): void {
    this.fail(this.#createReset(reason, cause));
  }

  async #sendAll(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
      try {
        await this.#link.whenWritable(signal);
        this.#throwIfFailed();
        this.#link.send(bytes.subarray(offset, offset + CHUNK_BYTES));
      } catch (error) {
        const explained = this.#explain(error, signal);
        // Half of a message is on its way: what the other side would read next makes no sense.
        if (offset > 0) this.abort(explained);
        throw explained;
      }
    }
    if (bytes.length === 0) this.#throwIfFailed();
  }

  async #end(signal: AbortSignal): Promise<void> {
    try {
      await this.closeWrite({ signal });
      while (!this.#isFinished) await abortable(this.#news.promise, signal);
    } catch (error) {
      // A stream that is broken needs no ending.
      if (this.#failure === undefined) throw error;
    }
  }

  #takeUnread(): Uint8Array | undefined {
    const chunk = this.#unread.shift();
    if (chunk === undefined) return undefined;
    this.#unreadBytes -= chunk.length;
    if (this.#unreadBytes <= PAUSE_AT_BYTES / 2) this.#resume();
    return chunk;
  }

  #dropUnread(): void {
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    this.#resume();
  }

  #resume(): void {
    if (!this.#isPaused || this.#isFinished) return;
    this.#isPaused = false;
    this.#link.resume();
  }

  #tellReader(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #finishIfDone(): void {
    if (this.#hasRemoteEnded && this.#isEndSent) this.#finish();
  }

  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#tellReader();
    this.#onFinished?.();
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The error to show: why the stream broke, why the caller gave up, or what the link said. */
  #explain(error: unknown, signal: AbortSignal | undefined): Error {
    if (this.#failure !== undefined) return this.#failure;
    if (signal !== undefined && isCancellation(error, signal)) return signal.reason;
    return this.#createReset("the connection is broken", error);
  }

  #createReset(reason: string, cause?: unknown): StreamResetError {
    return new StreamResetError(this.remotePeerId, this.protocol, { reason, cause });
  }
}
