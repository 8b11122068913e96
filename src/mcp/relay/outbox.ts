import type { JsonObject } from "../../codec/mod.ts";
import { abortable } from "../../concurrency/mod.ts";
import type { RequestId } from "../protocol/message.ts";

/** Beyond so many that wait, no more should be put. */
const MAX_WAITING = 1024;

/** Messages on their way to a server, in order. */
export class Outbox {
  #waiting: JsonObject[] = [];
  #news = Promise.withResolvers<void>();

  /** Adds a message behind the others. */
  put(message: JsonObject): void {
    this.#waiting.push(message);
    this.#tell();
  }

  /** Adds a message before the others. */
  putBack(message: JsonObject): void {
    this.#waiting.unshift(message);
    this.#tell();
  }

  /** The next message, as soon as there is one. */
  async take(signal: AbortSignal): Promise<JsonObject> {
    for (;;) {
      signal.throwIfAborted();
      const message = this.#waiting.shift();
      if (message !== undefined) {
        this.#tell();
        return message;
      }
      await abortable(this.#news.promise, signal);
    }
  }

  /** Waits until so few wait that more can be taken in. */
  async whenShort(signal: AbortSignal): Promise<void> {
    while (this.#waiting.length >= MAX_WAITING) await abortable(this.#news.promise, signal);
  }

  /** Takes a request out. Returns whether it was there. */
  remove(id: RequestId): boolean {
    const index = this.#waiting.findIndex((message) => "method" in message && message["id"] === id);
    if (index !== -1) this.#waiting.splice(index, 1);
    return index !== -1;
  }

  /** Takes everything out. */
  clear(): readonly JsonObject[] {
    const messages = this.#waiting.splice(0);
    this.#tell();
    return messages;
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
