import { CancelScope } from "./cancel_scope.ts";
import type { Clock } from "./clock.ts";

/** Options of `failAfter` and `moveOnAfter`. */
export interface TimeLimitOptions {
  /** For messages and logs. @default {the name of the function} */
  readonly name?: string | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Cancels the work from outside, with its own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs work that must be done within a time.
 *
 * When the time is up the signal aborts and the work is expected to stop; it is waited for. A
 * value that comes in spite of that is still returned, as it may be a resource to close.
 *
 * @param ms The time limit, 0 or more; with 0 the work is not begun, `Infinity` is no limit.
 * @param fn The work. It must stop when its signal aborts.
 * @param options The clock and an outside signal.
 * @returns What the work returned.
 * @throws {CancelReason} With code `deadline_exceeded` if the work was interrupted by the limit.
 * @throws {unknown} The outside signal's reason if that interrupted it, or the work's own error.
 * @throws {RangeError} If `ms` is negative or not a number.
 *
 * @example Give up after a while
 * ```ts
 * import { CancelReason, failAfter, systemClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(
 *   failAfter(5, (signal) => systemClock.sleep(60_000, { signal })),
 *   (error) => error instanceof CancelReason && error.code === "deadline_exceeded",
 * );
 * ```
 */
export async function failAfter<T>(
  ms: number,
  fn: (signal: AbortSignal) => Promise<T> | T,
  options: TimeLimitOptions = {},
): Promise<T> {
  const { name = "failAfter", clock, signal } = options;
  using scope = new CancelScope({ name, deadlineMs: ms, clock, signal });
  return await scope.run(fn);
}
