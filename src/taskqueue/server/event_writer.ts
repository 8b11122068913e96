import { type JsonObject, toJson } from "../../codec/mod.ts";
import { abortable } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";

/** Sends events as lines. A caller that reads slowly gets the newest one, not all of them. */
export class EventWriter {
  readonly #stream: Stream;
  #newest: JsonObject | undefined;
  #news = Promise.withResolvers<void>();

  /** @param stream Where to send them. */
  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** Send an event, instead of one that has not been sent yet. */
  put(event: JsonObject): void {
    this.#newest = event;
    this.#news.resolve();
  }

  /** Send until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await abortable(this.#news.promise, signal);
      this.#news = Promise.withResolvers();
      const event = this.#newest;
      this.#newest = undefined;
      if (event === undefined) continue;
      await this.#stream.write(new TextEncoder().encode(`${toJson(event)}\n`), { signal });
    }
  }
}
