import { toErrorMessage } from "../error/mod.ts";

/** One failure in a task group. */
export interface ChildFailure {
  /** Name of the child; `body` for the function that the group was opened with. */
  readonly child: string;
  /** What it threw. */
  readonly error: unknown;
}

/**
 * What a task group throws if anything in it failed: always this, also for a single failure, so
 * that there is one way to handle it.
 *
 * `errors` holds every failure once, in the order of occurrence. The error of a group inside the
 * group is one entry, so the shape of the errors is the shape of the groups.
 *
 * @example Look at the failures
 * ```ts
 * import { runTaskGroup, TaskGroupError } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(
 *   runTaskGroup((group) => {
 *     group.spawn("reader", () => Promise.reject(new Error("disk full")));
 *   }, { name: "import" }),
 *   (error) => error instanceof TaskGroupError && error.failures[0]?.child === "reader",
 * );
 * ```
 */
export class TaskGroupError extends AggregateError {
  /** Name of the class, for logs. */
  override readonly name = "TaskGroupError";
  /** `task_group_failed`. */
  readonly code = "task_group_failed";
  /** Name of the group. */
  readonly group: string;
  /** The same as `errors`, with the names of the children. */
  readonly failures: readonly ChildFailure[];

  /**
   * Creates the error.
   *
   * @param group Name of the group.
   * @param failures What failed, at least one, in order of occurrence.
   */
  constructor(group: string, failures: readonly [ChildFailure, ...ChildFailure[]]) {
    const [first] = failures;
    const more = failures.length === 1 ? "" : ` (first of ${failures.length} failures)`;
    super(
      failures.map(({ error }) => error),
      `Cannot complete task group as child "${first.child}" failed: group "${group}", ` +
        toErrorMessage(first.error) + more,
    );
    this.group = group;
    this.failures = failures;
  }
}
