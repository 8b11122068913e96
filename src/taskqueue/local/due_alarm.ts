import { abortable, type Clock } from "../../concurrency/mod.ts";

/** Wakes the sweeper when the next lease, deadline or delay falls due. */
export class DueAlarm {
  readonly #clock: Clock;
  #dueMs = Infinity;
  #moved = Promise.withResolvers<void>();

  /** @param clock Whose time it is. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something falls due at this time. Only an earlier time than any before has an effect. */
  advanceTo(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#moved.resolve();
  }

  /** Forget what was due: the caller is about to look. */
  reset(): void {
    this.#dueMs = Infinity;
    this.#moved = Promise.withResolvers();
  }

  /** Wait until something is due. */
  async wait(signal?: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const waitMs = this.#dueMs - this.#clock.now();
      if (waitMs <= 0) return;
      this.#moved = Promise.withResolvers();
      const { promise, resolve } = Promise.withResolvers<void>();
      using _timer = this.#clock.setTimer(waitMs, resolve);
      await abortable(Promise.race([promise, this.#moved.promise]), signal);
    }
  }
}
