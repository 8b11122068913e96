import { AppError } from "../error/mod.ts";

/** No task has this id. */
export class TaskNotFoundError extends AppError {
  /** The class. */
  override readonly name = "TaskNotFoundError";
  /** `task_not_found`. */
  readonly code = "task_not_found";

  /**
   * Make the error.
   *
   * @param taskId The id that was asked for.
   */
  constructor(readonly taskId: string) {
    super(`Cannot find task as no task has this id: task "${taskId}"`);
  }
}

/** The caller does not hold the task's lease (any more), so its report is refused. */
export class LeaseLostError extends AppError {
  /** The class. */
  override readonly name = "LeaseLostError";
  /** `lease_lost`. */
  readonly code = "lease_lost";

  /**
   * Make the error.
   *
   * @param taskId The task whose lease was claimed to be held.
   */
  constructor(readonly taskId: string) {
    super(
      `Cannot change task as its lease is not held by this worker: task "${taskId}"`,
    );
  }
}

/** The task is in a state that does not allow the operation. */
export class InvalidTransitionError extends AppError {
  /** The class. */
  override readonly name = "InvalidTransitionError";
  /** `invalid_transition`. */
  readonly code = "invalid_transition";

  /**
   * Make the error.
   *
   * @param taskId The task.
   * @param from Its present state.
   * @param to The state that was asked for.
   */
  constructor(readonly taskId: string, readonly from: string, readonly to: string) {
    super(`Cannot make task ${to} as it is ${from}: task "${taskId}"`);
  }
}

/** The idempotency key or the chosen id was used before for different work. */
export class IdempotencyConflictError extends AppError {
  /** The class. */
  override readonly name = "IdempotencyConflictError";
  /** `idempotency_conflict`. */
  readonly code = "idempotency_conflict";

  /**
   * Make the error.
   *
   * @param key The key, or the id that was chosen.
   * @param taskId The task that owns it.
   */
  constructor(readonly key: string, readonly taskId: string) {
    super(
      `Cannot submit task as its idempotency key or id belongs to other work: key "${key}", task "${taskId}"`,
    );
  }
}
