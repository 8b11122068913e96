/** Shape of an exponential back-off. */
export interface BackoffOptions {
  /** Delay after the first attempt, in milliseconds. @default {100} */
  readonly baseDelayMs?: number | undefined;
  /** No delay is longer than this, in milliseconds. @default {10000} */
  readonly maxDelayMs?: number | undefined;
  /** Each delay is this many times the one before; 1 or more. @default {2} */
  readonly factor?: number | undefined;
  /**
   * Which part of a delay is random, 0 to 1: with 0 nothing is, with 1 the delay is anything
   * between 0 and its full length, which spreads the callers best.
   * @default {1}
   */
  readonly jitter?: number | undefined;
  /** Source of randomness, from 0 up to but not including 1. @default {Math.random} */
  readonly random?: (() => number) | undefined;
}

/**
 * How long to wait after a failed attempt:
 * `min(maxDelayMs, baseDelayMs * factor ** (attempt - 1)) * (1 - jitter * random())`.
 *
 * Full jitter is from "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempt The attempt that failed, counted from 1.
 * @param options The shape.
 * @returns The delay in milliseconds.
 * @throws {RangeError} If an argument is out of its range.
 *
 * @example Without randomness
 * ```ts
 * import { exponentialBackoffMs } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const delays = [1, 2, 3, 4].map((attempt) =>
 *   exponentialBackoffMs(attempt, { baseDelayMs: 100, maxDelayMs: 500, jitter: 0 })
 * );
 * assert.deepEqual(delays, [100, 200, 400, 500]);
 * ```
 */
export function exponentialBackoffMs(attempt: number, options: BackoffOptions = {}): number {
  const { baseDelayMs = 100, maxDelayMs = 10_000, factor = 2, jitter = 1 } = options;
  const { random = Math.random } = options;
  assertAtLeast(1, "attempt", attempt);
  assertAtLeast(0, "baseDelayMs", baseDelayMs);
  assertAtLeast(0, "maxDelayMs", maxDelayMs);
  assertAtLeast(1, "factor", factor);
  if (!(jitter >= 0 && jitter <= 1)) {
    throw new RangeError(`Cannot compute delay as it is not from 0 to 1: jitter "${jitter}"`);
  }
  // A base of 0 is 0 for ever, also when the power has grown to Infinity.
  const fullMs = baseDelayMs === 0 ? 0 : baseDelayMs * factor ** (attempt - 1);
  return Math.min(maxDelayMs, fullMs) * (1 - jitter * random());
}

function assertAtLeast(minimum: number, name: string, value: number): void {
  if (!(value >= minimum)) {
    throw new RangeError(
      `Cannot compute delay as it is not ${minimum} or more: ${name} "${value}"`,
    );
  }
}
