import { type Clock, systemClock } from "../../../concurrency/mod.ts";
import type { EventStream, EventStreamOptions, ServerSentEvent } from "./event_stream.ts";

/** Proxies commonly cut connections that are silent for 60 seconds. */
const DEFAULT_KEEP_ALIVE_MS = 15_000;
/** Most that is kept for a reader that does not read. */
const DEFAULT_MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Senders wait while more than this is unread. */
const HIGH_WATER_BYTES = 64 * 1024;

const HEADERS = {
  "content-type": "text/event-stream",
  // Neither kept nor changed (compressed, collected into larger pieces) on the way.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

const encoder = new TextEncoder();
/** A comment, which readers skip. */
const KEEP_ALIVE = encoder.encode(": keep-alive\n\n");

/**
 * Begin an answer that is a stream of events (WHATWG server-sent events).
 *
 * Comments keep it from looking dead. It costs a timer until it is over: a response that is never sent
 * has to be closed.
 *
 * @param options Its pace and limits.
 * @returns The stream; nothing is sent before its response is.
 *
 * @example Two events
 * ```ts
 * import { openEventStream } from "./open_event_stream.ts";
 * import assert from "node:assert/strict";
 *
 * const stream = openEventStream();
 * await stream.send({ data: "one" });
 * await stream.send({ event: "news", id: "2", data: "two" });
 * stream.close();
 * const text = await stream.response.text();
 * assert.equal(text, "data: one\n\nid: 2\nevent: news\ndata: two\n\n");
 * ```
 */
export function openEventStream(options: EventStreamOptions = {}): EventStream {
  return new HttpEventStream(options);
}

class HttpEventStream implements EventStream {
  readonly response: Response;
  readonly #clock: Clock;
  readonly #keepAliveMs: number;
  readonly #maxBufferedBytes: number;
  readonly #onHangUp: (() => void) | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Settles when the reader has caught up; there only while somebody waits for that. */
  #room: PromiseWithResolvers<void> | undefined;
  #lastSentMs: number;
  #timer: Disposable | undefined;
  #isEnded = false;

  constructor(options: EventStreamOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#keepAliveMs = options.keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS;
    this.#maxBufferedBytes = options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES;
    this.#onHangUp = options.onHangUp;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#room?.resolve(),
      cancel: () => this.#hangUp(),
    }, { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk.byteLength });
    this.response = new Response(body, { headers: { ...HEADERS, ...options.headers } });
    this.#lastSentMs = this.#clock.monotonicMs();
    this.#keepAliveAfter(this.#keepAliveMs);
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  async send(event: ServerSentEvent): Promise<void> {
    if (this.#isEnded) return;
    this.#enqueue(encoder.encode(toText(event)));
    if (this.#isEnded || this.#roomBytes > 0) return;
    this.#room ??= Promise.withResolvers();
    const room = this.#room;
    await room.promise;
    if (this.#room === room) this.#room = undefined;
  }

  close(): void {
    if (this.#isEnded) return;
    this.#controller?.close();
    this.#end();
  }

  /** How much more may be sent before senders have to wait. */
  get #roomBytes(): number {
    return this.#controller?.desiredSize ?? 0;
  }

  #enqueue(chunk: Uint8Array): void {
    // What is unread already counts, so that one event may be as large as it likes.
    if (HIGH_WATER_BYTES - this.#roomBytes > this.#maxBufferedBytes) {
      this.#controller?.error(new Error("Cannot send event as the reader is too slow"));
      return this.#hangUp();
    }
    this.#controller?.enqueue(chunk);
    this.#lastSentMs = this.#clock.monotonicMs();
  }

  #hangUp(): void {
    if (this.#isEnded) return;
    this.#end();
    this.#onHangUp?.();
  }

  #end(): void {
    this.#isEnded = true;
    this.#timer?.[Symbol.dispose]();
    this.#room?.resolve();
    this.#ended.resolve();
  }

  /** One timer for the life of the stream, and none to move with each event. */
  #keepAliveAfter(ms: number): void {
    this.#timer = this.#clock.setTimer(ms, () => {
      const silentMs = this.#clock.monotonicMs() - this.#lastSentMs;
      if (silentMs < this.#keepAliveMs) return this.#keepAliveAfter(this.#keepAliveMs - silentMs);
      // A reader that is behind has not seen the last comment yet.
      if (this.#roomBytes > 0) this.#enqueue(KEEP_ALIVE);
      if (!this.#isEnded) this.#keepAliveAfter(this.#keepAliveMs);
    });
  }
}

function toText({ id, event, data, retryMs }: ServerSentEvent): string {
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  const eventLine = event === undefined ? "" : `event: ${event}\n`;
  const retryLine = retryMs === undefined ? "" : `retry: ${retryMs}\n`;
  return `${idLine}${eventLine}${retryLine}data: ${data}\n\n`;
}
