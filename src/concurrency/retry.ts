import type { Clock } from "./clock.ts";
import { assertDurationMs } from "./duration.ts";
import { type BackoffOptions, exponentialBackoffMs } from "./exponential_backoff.ts";
import { isCancellation } from "./is_cancellation.ts";
import { systemClock } from "./system_clock.ts";

/** Options of {@linkcode retry}. */
export interface RetryOptions extends BackoffOptions {
  /** How often to try at most, the first time included. @default {5} */
  readonly maxAttempts?: number | undefined;
  /**
   * No wait goes beyond this time since the first attempt began, in milliseconds. A running
   * attempt is not interrupted by it.
   * @default {Infinity}
   */
  readonly budgetMs?: number | undefined;
  /** Whether another attempt could end otherwise. @default {every error is worth another attempt} */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Stops: no new attempt begins, a wait ends, and the attempts are handed it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries again after failures, with growing random delays between the attempts.
 *
 * Only for work that may be done twice.
 *
 * @param fn One attempt, counted from 1. Its signal is `options.signal`, or one that never aborts.
 * @param options How often, how long, and which errors.
 * @returns What the first successful attempt returned.
 * @throws {unknown} The last attempt's own error, untouched, if it was the last allowed or not
 * worth another; or the signal's reason if that interrupted an attempt or a wait.
 * @throws {RangeError} If a number is out of its range.
 *
 * @example Ask until it works
 * ```ts
 * import { retry } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const answer = await retry((attempt) => {
 *   if (attempt < 3) throw new Error("busy");
 *   return Promise.resolve(`attempt ${attempt}`);
 * }, { baseDelayMs: 1 });
 * assert.equal(answer, "attempt 3");
 * ```
 */
export async function retry<T>(
  fn: (attempt: number, signal: AbortSignal) => Promise<T> | T,
  options: RetryOptions = {},
): Promise<T> {
  const { maxAttempts = 5, budgetMs = Infinity, clock = systemClock } = options;
  const { isRetryable = () => true, signal = new AbortController().signal } = options;
  assertMaxAttempts(maxAttempts);
  assertDurationMs("budgetMs", budgetMs);
  signal.throwIfAborted();
  const startedMs = clock.monotonicMs();
  for (let attempt = 1;; attempt++) {
    try {
      return await fn(attempt, signal);
    } catch (error) {
      if (isCancellation(error, signal)) throw signal.reason;
      if (attempt >= maxAttempts || signal.aborted || !isRetryable(error)) throw error;
      const delayMs = exponentialBackoffMs(attempt, options);
      if (clock.monotonicMs() - startedMs + delayMs > budgetMs) throw error;
      await clock.sleep(delayMs, { signal });
    }
  }
}

function assertMaxAttempts(maxAttempts: number): void {
  if (!(maxAttempts >= 1)) {
    throw new RangeError(
      `Cannot retry as the limit is not 1 or more: maxAttempts "${maxAttempts}"`,
    );
  }
}
