import { CancelScope } from "./cancel_scope.ts";
import type { Clock } from "./clock.ts";

/** Options of {@linkcode shield}. */
export interface ShieldOptions {
  /** How long the work may take, in milliseconds. Keep it short: shutdown waits for it. */
  readonly deadlineMs: number;
  /** For messages and logs. @default {"shield"} */
  readonly name?: string | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/**
 * Runs cleanup that must be able to finish although the work around it is being cancelled. No
 * outside signal reaches it; it has a short deadline of its own instead.
 *
 * @param fn The cleanup. It must use the signal it is given, which only the deadline aborts.
 * @param options The deadline.
 * @returns What the cleanup returned.
 * @throws {CancelReason} With code `deadline_exceeded` if it was interrupted by the deadline.
 * @throws {unknown} The cleanup's own error.
 * @throws {RangeError} If the deadline is negative or not a number.
 *
 * @example Say goodbye even when cancelled
 * ```ts
 * import { runTaskGroup, shield, systemClock, waitForAbort } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * let saidGoodbye = false;
 * await runTaskGroup((group) => {
 *   group.spawn("connection", async (signal) => {
 *     await waitForAbort(signal);
 *     await shield(async (cleanupSignal) => {
 *       await systemClock.sleep(1, { signal: cleanupSignal });
 *       saidGoodbye = true;
 *     }, { deadlineMs: 1_000 });
 *   });
 *   group.cancel("done");
 * });
 * assert.ok(saidGoodbye);
 * ```
 */
export async function shield<T>(
  fn: (signal: AbortSignal) => Promise<T> | T,
  options: ShieldOptions,
): Promise<T> {
  const { deadlineMs, name = "shield", clock } = options;
  using scope = new CancelScope({ name, deadlineMs, clock });
  return await scope.run(fn);
}
