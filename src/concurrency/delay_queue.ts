import type { Clock } from "./clock.ts";

interface Entry {
  readonly dueMs: number;
  /** Gone when it was taken back: the table of a set outlives its entries, and would keep all they hold. */
  fn: (() => void) | undefined;
}

/** How a {@linkcode DelayQueue} behaves when it is empty. */
export interface DelayQueueOptions {
  /**
   * Until this aborts, the timer is let run for a moment when nothing is left to guard, as the next guard
   * is probably near: for what waits for the network each time.
   *
   * @default {undefined} no timer is left behind
   */
  readonly lingersUntil?: AbortSignal | undefined;
}

/** How long a timer is let run at most without anything to guard. */
const MAX_LINGER_MS = 1_000;
/** More turns than anything needs that waits for nothing. */
const MAX_TURNS = 64;

/**
 * Calls functions a fixed time after they were added. It is made for guards that are taken back almost
 * always: all share one timer, which is not set at all for what is taken back before anything else could
 * happen. To set a timer and take it back costs as much as to read a request.
 *
 * @example A guard that was not needed
 * ```ts
 * import { DelayQueue, FakeClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const clock = new FakeClock();
 * const late: string[] = [];
 * const queue = new DelayQueue(1_000, clock);
 * const takeBack = queue.add(() => late.push("first"));
 * queue.add(() => late.push("second"));
 * takeBack();
 * await clock.advance(1_000);
 * assert.deepEqual(late, ["second"]);
 * ```
 */
export class DelayQueue {
  readonly #delayMs: number;
  readonly #clock: Clock;
  /** All have the same delay, so the order of insertion is that in which they are due. */
  readonly #entries = new Set<Entry>();
  #timer: Disposable | undefined;
  #turnsLeft = 0;
  #lingers: boolean;

  /**
   * Creates a queue without a timer.
   *
   * @param delayMs How much later functions are called; `Infinity` for never.
   * @param clock Whose time it is.
   * @param options What to do when it is empty.
   */
  constructor(delayMs: number, clock: Clock, { lingersUntil }: DelayQueueOptions = {}) {
    this.#delayMs = delayMs;
    this.#clock = clock;
    this.#lingers = lingersUntil !== undefined && !lingersUntil.aborted;
    lingersUntil?.addEventListener("abort", () => {
      this.#lingers = false;
      this.#disarmIfEmpty();
    }, { once: true });
  }

  /**
   * Have a function called after the delay.
   *
   * @param fn What to call. It must not throw.
   * @returns Takes it back.
   */
  add(fn: () => void): () => void {
    const entry: Entry = { dueMs: this.#clock.monotonicMs() + this.#delayMs, fn };
    this.#entries.add(entry);
    if (this.#timer === undefined && this.#turnsLeft === 0 && this.#delayMs !== Infinity) {
      this.#turnsLeft = MAX_TURNS;
      queueMicrotask(this.#armSoon);
    }
    return () => {
      entry.fn = undefined;
      if (this.#entries.delete(entry) && !this.#lingers) this.#disarmIfEmpty();
    };
  }

  /** Sets the timer when what is ready to run has run, and something is still guarded. */
  readonly #armSoon = (): void => {
    const [first] = this.#entries;
    if (first === undefined) this.#turnsLeft = 0;
    else if (--this.#turnsLeft > 0) queueMicrotask(this.#armSoon);
    else this.#armAfter(Math.max(0, first.dueMs - this.#clock.monotonicMs()));
  };

  #armAfter(ms: number): void {
    const waitMs = this.#lingers ? Math.min(ms, MAX_LINGER_MS) : ms;
    this.#timer = this.#clock.setTimer(waitMs, () => this.#runDue());
  }

  #runDue(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    for (const entry of this.#entries) {
      if (entry.dueMs > nowMs) {
        if (this.#timer === undefined) this.#armAfter(entry.dueMs - nowMs);
        return;
      }
      this.#entries.delete(entry);
      entry.fn?.();
    }
  }

  #disarmIfEmpty(): void {
    if (this.#entries.size > 0) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
