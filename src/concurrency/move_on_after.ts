import { CancelScope } from "./cancel_scope.ts";
import type { TimeLimitOptions } from "./fail_after.ts";

/** What became of work with a time limit. */
export type MoveOnResult<T> =
  | { readonly timedOut: false; readonly value: T }
  | { readonly timedOut: true };

/**
 * Runs work that may be given up after a time.
 *
 * When the time is up the signal aborts and the work is expected to stop; it is waited for. A
 * value that comes in spite of that still counts.
 *
 * @param ms The time limit, 0 or more; with 0 the work is not begun, `Infinity` is no limit.
 * @param fn The work. It must stop when its signal aborts.
 * @param options The clock and an outside signal.
 * @returns The value, or that the work was interrupted by the limit.
 * @throws {unknown} The outside signal's reason if that interrupted it, or the work's own error.
 * @throws {RangeError} If `ms` is negative or not a number.
 *
 * @example Take what comes in time
 * ```ts
 * import { moveOnAfter, systemClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const answer = await moveOnAfter(5, async (signal) => {
 *   await systemClock.sleep(60_000, { signal });
 *   return 42;
 * });
 * assert.deepEqual(answer, { timedOut: true });
 * ```
 */
export async function moveOnAfter<T>(
  ms: number,
  fn: (signal: AbortSignal) => Promise<T> | T,
  options: TimeLimitOptions = {},
): Promise<MoveOnResult<T>> {
  const { name = "moveOnAfter", clock, signal } = options;
  using scope = new CancelScope({ name, deadlineMs: ms, clock, signal });
  try {
    return { timedOut: false, value: await scope.run(fn) };
  } catch (error) {
    if (scope.timedOut && error === scope.signal.reason) return { timedOut: true };
    throw error;
  }
}
