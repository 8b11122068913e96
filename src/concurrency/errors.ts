import { AppError } from "../error/mod.ts";

/** The task group is over, so nothing can be added to it. */
export class TaskGroupEndedError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "TaskGroupEndedError";
  /** `task_group_ended`. */
  readonly code = "task_group_ended";

  /**
   * Creates the error.
   *
   * @param group Name of the group.
   * @param child Name of the child that was to be added.
   */
  constructor(readonly group: string, readonly child: string) {
    super(`Cannot spawn child as the task group has ended: child "${child}", group "${group}"`);
  }
}

/** As many callers wait for a limiter as may wait. */
export class LimiterFullError extends AppError {
  /** Name of the class, for logs. */
  override readonly name = "LimiterFullError";
  /** `limiter_full`. */
  readonly code = "limiter_full";

  /**
   * Creates the error.
   *
   * @param maxWaiting How many may wait.
   */
  constructor(readonly maxWaiting: number) {
    super(`Cannot wait for a permit as too many callers wait: maximum "${maxWaiting}"`);
  }
}
