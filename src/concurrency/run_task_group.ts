import { CancelScope } from "./cancel_scope.ts";
import type { Clock } from "./clock.ts";
import { ScopedTaskGroup } from "./scoped_task_group.ts";
import type { TaskGroup } from "./task_group.ts";

/** Options of {@linkcode runTaskGroup}. */
export interface TaskGroupOptions {
  /** For messages and logs. @default {"group"} */
  readonly name?: string | undefined;
  /** How long the whole group may take, in milliseconds. @default {undefined} no limit */
  readonly deadlineMs?: number | undefined;
  /** Whose time the deadline is in. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Cancels the group from outside, with its own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a task group, runs its body, and leaves only when the body and all children have ended.
 *
 * - The first failure, of a child or of the body, cancels all others; when they have ended the
 *   group throws one {@linkcode TaskGroupError} that holds every failure.
 * - Without a failure, an aborted outside signal or the deadline makes it throw their reason.
 * - After {@linkcode TaskGroup.cancel} it returns the body's value, or throws the reason if the
 *   body was interrupted and there is no value.
 * - A signal that has aborted already, or a deadline of 0, throws at once; the body does not run.
 *
 * Children get the group's signal as an argument and hand it on. Nothing is inherited unseen.
 *
 * @param body The work, which adds children. It is a child like the others, called `body`.
 * @param options Name, deadline, outside signal.
 * @returns What the body returned.
 * @throws {TaskGroupError} If anything in the group failed.
 * @throws {CancelReason} If the deadline passed, or `cancel` interrupted the body.
 * @throws {unknown} The outside signal's reason, untouched, if it aborted.
 * @throws {RangeError} If the deadline is negative or not a number.
 *
 * @example Two things at once
 * ```ts
 * import { runTaskGroup, systemClock } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const done: string[] = [];
 * await runTaskGroup((group) => {
 *   for (const [name, ms] of [["slow", 10], ["quick", 1]] as const) {
 *     group.spawn(name, async (signal) => {
 *       await systemClock.sleep(ms, { signal });
 *       done.push(name);
 *     });
 *   }
 * });
 * assert.deepEqual(done, ["quick", "slow"]);
 * ```
 */
export async function runTaskGroup<T>(
  body: (group: TaskGroup, signal: AbortSignal) => Promise<T> | T,
  options: TaskGroupOptions = {},
): Promise<T> {
  const { name = "group", deadlineMs, clock, signal } = options;
  using scope = new CancelScope({ name, deadlineMs, clock, signal });
  scope.signal.throwIfAborted();
  return await new ScopedTaskGroup(scope).run(body);
}
