import { abortable, type Clock } from "../../concurrency/mod.ts";

/** Wakes the sweeper when the next lease, deadline or delay falls due. */
export class DueAlarm {
  readonly #clock: Clock;
  #dueMs = Infinity;
  #waitingUntilMs = -Infinity;
  #moved = Promise.withResolvers<void>();

  /** @param clock Whose time it is. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the next thing falls due. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Something falls due at this time. Only an earlier time than any before has an effect. */
  advanceTo(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.pokeBefore(dueMs);
  }

  /** Forget what was due: the caller is about to look. */
  reset(): void {
    this.#dueMs = Infinity;
  }

  /** End the wait that goes on if it would last beyond this time. */
  pokeBefore(timeMs: number): void {
    if (timeMs < this.#waitingUntilMs) this.#moved.resolve();
  }

  /** Wait until a time, or until something falls due, or until poked. */
  async waitUntil(timeMs: number, signal?: AbortSignal | undefined): Promise<void> {
    const untilMs = Math.min(timeMs, this.#dueMs);
    const waitMs = untilMs - this.#clock.now();
    if (waitMs <= 0) return;
    this.#waitingUntilMs = untilMs;
    this.#moved = Promise.withResolvers();
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = this.#clock.setTimer(waitMs, resolve);
    try {
      await abortable(Promise.race([promise, this.#moved.promise]), signal);
    } finally {
      this.#waitingUntilMs = -Infinity;
    }
  }
}
