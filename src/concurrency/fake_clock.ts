import { setImmediate } from "node:timers";
import type { Clock, SleepOptions } from "./clock.ts";
import { assertDurationMs } from "./duration.ts";
import { timerSleep } from "./timer_sleep.ts";

interface FakeTimer {
  readonly dueMs: number;
  readonly fn: () => void;
}

/**
 * A clock for tests: time passes only when {@linkcode FakeClock.advance} is called, and then at once.
 *
 * @example An hour in no time
 * ```ts
 * import { FakeClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const clock = new FakeClock();
 * let rang = false;
 * const alarm = clock.sleep(3_600_000).then(() => {
 *   rang = true;
 * });
 * await clock.advance(3_599_999);
 * assert.equal(rang, false);
 * await clock.advance(1);
 * assert.equal(rang, true);
 * await alarm;
 * ```
 */
export class FakeClock implements Clock {
  readonly #startMs: number;
  #elapsedMs = 0;
  // A Set keeps the order of insertion, which decides between timers that are due at one time.
  readonly #timers = new Set<FakeTimer>();

  /**
   * Creates a clock that stands still.
   *
   * @param startMs What {@linkcode FakeClock.now} says at first, in epoch milliseconds.
   */
  constructor(startMs = 0) {
    this.#startMs = startMs;
  }

  /**
   * How many timers and sleeps are pending. A test that ends with 0 has left no timer behind.
   *
   * @returns The number of timers neither fired nor disposed.
   */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * The fake wall-clock time.
   *
   * @returns Start time plus the time advanced, in milliseconds.
   */
  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  /**
   * The time advanced.
   *
   * @returns Milliseconds since the clock was created.
   */
  monotonicMs(): number {
    return this.#elapsedMs;
  }

  /**
   * Waits until the clock has been advanced far enough; also 0 waits for a call of `advance`.
   *
   * @param ms How long, 0 or more.
   * @param options Allows to end the wait early.
   * @returns A promise that resolves at its time, or rejects with the signal's reason.
   * @throws {RangeError} If `ms` is negative or not a number.
   */
  sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    return timerSleep(this, ms, options.signal);
  }

  /**
   * Has `advance` call a function once the clock gets there.
   *
   * @param ms How long from now, 0 or more.
   * @param fn What to call.
   * @returns The timer; disposing it before its time means that `fn` is never called.
   * @throws {RangeError} If `ms` is negative or not a number.
   */
  setTimer(ms: number, fn: () => void): Disposable {
    assertDurationMs("ms", ms);
    const timer: FakeTimer = { dueMs: this.#elapsedMs + ms, fn };
    const timers = this.#timers;
    timers.add(timer);
    return {
      [Symbol.dispose](): void {
        timers.delete(timer);
      },
    };
  }

  /**
   * Lets time pass. Timers run in the order in which they are due, and all code that they wake
   * runs as far as it can before the next one, so a timer set on the way is honoured too.
   *
   * @param ms How far; 0 runs what is due now and lets pending promises settle.
   * @returns A promise that resolves when everything due has run.
   * @throws {RangeError} If `ms` is negative or not finite.
   */
  async advance(ms: number): Promise<void> {
    assertDurationMs("ms", ms);
    if (ms === Infinity) {
      throw new RangeError(`Cannot advance clock as the duration is not finite: ms "${ms}"`);
    }
    const targetMs = this.#elapsedMs + ms;
    await settle();
    for (let timer = this.#nextDue(targetMs); timer; timer = this.#nextDue(targetMs)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      this.#timers.delete(timer);
      timer.fn();
      await settle();
    }
    this.#elapsedMs = targetMs;
  }

  #nextDue(untilMs: number): FakeTimer | undefined {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}

/** The event loop comes back to an immediate only when the queue of microtasks is empty. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
