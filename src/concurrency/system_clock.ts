import type { Clock, SleepOptions } from "./clock.ts";
import { assertDurationMs } from "./duration.ts";
import { timerSleep } from "./timer_sleep.ts";

/** `setTimeout` keeps delays in 32 bits and fires at once on a longer one. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The real time.
 *
 * @example Wait, unless told to stop
 * ```ts
 * import { systemClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const startedMs = systemClock.monotonicMs();
 * await systemClock.sleep(5);
 * assert.ok(systemClock.monotonicMs() > startedMs);
 * ```
 */
export const systemClock: Clock = Object.freeze({
  now(): number {
    return Date.now();
  },
  monotonicMs(): number {
    return performance.now();
  },
  sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    return timerSleep({ setTimer }, ms, options.signal);
  },
  setTimer,
});

function setTimer(ms: number, fn: () => void): Disposable {
  assertDurationMs("ms", ms);
  let remainingMs = ms;
  let timeout: ReturnType<typeof setTimeout>;
  arm();
  return {
    [Symbol.dispose](): void {
      clearTimeout(timeout);
    },
  };

  function arm(): void {
    const stepMs = Math.min(remainingMs, MAX_TIMEOUT_MS);
    remainingMs -= stepMs;
    timeout = setTimeout(() => remainingMs > 0 ? arm() : fn(), stepMs);
  }
}
