import { abortable, type Clock } from "../concurrency/mod.ts";

/** A sticky notice for one waiter: a notice given while nobody waits ends the next wait at once. */
export class Wakeup {
  readonly #clock: Clock;
  #isNotified = false;
  #resolve: (() => void) | undefined;

  /** @param clock Measures how long to wait. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** End the present wait, or the next one. */
  notify(): void {
    this.#isNotified = true;
    this.#resolve?.();
  }

  /**
   * Wait for a notice or for the time to pass.
   *
   * @param timeoutMs The longest wait; `Infinity` for no limit.
   * @param options Cancellation.
   * @throws The signal's reason when it aborts.
   */
  async wait(
    timeoutMs: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    options.signal?.throwIfAborted();
    if (!this.#isNotified) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resolve = resolve;
      using _timer = this.#clock.setTimer(timeoutMs, resolve);
      try {
        await abortable(promise, options.signal);
      } finally {
        this.#resolve = undefined;
      }
    }
    this.#isNotified = false;
  }
}
