import { type JsonObject, toJson } from "../../codec/mod.ts";
import { abortable } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import type { OpCall, SendEventOptions } from "../ops/op.ts";

/** Bytes of events that may wait for a caller who reads slowly, before it is waited for. */
const MAX_WAITING_BYTES = 256 * 1024;

interface WaitingEvent {
  readonly replaceKey: string | undefined;
  bytes: Uint8Array;
}

/** The call of an operation that came in as a line. Its events go out as lines before the reply. */
export class LineCall implements OpCall {
  readonly peerId: string;
  readonly signal: AbortSignal;
  readonly #stream: Stream;
  readonly #undo: (() => Promise<void>)[] = [];
  readonly #startSending: () => void;
  #events: WaitingEvent[] = [];
  #waitingBytes = 0;
  #isSending = false;
  #news = Promise.withResolvers<void>();
  #sent = Promise.withResolvers<void>();

  /**
   * @param stream Where the request came from.
   * @param options Its signal, and what makes somebody run {@linkcode sendEvents}.
   */
  constructor(
    stream: Stream,
    options: { readonly signal: AbortSignal; readonly startSending: () => void },
  ) {
    this.#stream = stream;
    this.peerId = stream.remotePeerId;
    this.signal = options.signal;
    this.#startSending = options.startSending;
  }

  sendEvent(event: JsonObject, { replaceKey }: SendEventOptions = {}): void {
    const bytes = encodeLine(event);
    const earlier = replaceKey === undefined
      ? undefined
      : this.#events.find((waiting) => waiting.replaceKey === replaceKey);
    this.#waitingBytes += bytes.length - (earlier?.bytes.length ?? 0);
    if (earlier === undefined) this.#events.push({ replaceKey, bytes });
    else earlier.bytes = bytes;
    this.#news.resolve();
    if (this.#isSending) return;
    this.#isSending = true;
    this.#startSending();
  }

  async whenSent(): Promise<void> {
    while (this.#waitingBytes > MAX_WAITING_BYTES) {
      await abortable(this.#sent.promise, this.signal);
    }
  }

  onUndelivered(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Send events until aborted. */
  async sendEvents(signal: AbortSignal): Promise<void> {
    for (;;) {
      await abortable(this.#news.promise, signal);
      this.#news = Promise.withResolvers();
      await this.flush(signal);
    }
  }

  /** Send the events that wait. */
  async flush(signal: AbortSignal): Promise<void> {
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      await this.#stream.write(next.bytes, { signal });
      this.#waitingBytes -= next.bytes.length;
      this.#sent.resolve();
      this.#sent = Promise.withResolvers();
    }
  }

  /** Take back what the caller does not know of. */
  async undo(): Promise<void> {
    await Promise.all(this.#undo.map((fn) => fn()));
  }
}

/** A value as a line. */
export function encodeLine(value: JsonObject): Uint8Array {
  return new TextEncoder().encode(`${toJson(value)}\n`);
}
