import { abortable, type Clock, moveOnAfter } from "../concurrency/mod.ts";

/** Lets one loop wait for news. What rings while nobody waits is heard by the next wait. */
export class Bell {
  readonly #clock: Clock;
  #rung = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** There are news. */
  ring(): void {
    this.#rung.resolve();
  }

  /**
   * Wait for news.
   *
   * @param timeoutMs At most so long.
   * @param signal Ends the wait, too.
   */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const wait = (limit: AbortSignal): Promise<void> => abortable(this.#rung.promise, limit);
    try {
      await moveOnAfter(timeoutMs, wait, { clock: this.#clock, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    this.#rung = Promise.withResolvers<void>();
  }
}
