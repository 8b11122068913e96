/**
 * The vocabulary of the task queue: what a task is, its states, and the errors about it. Pure.
 *
 * @module
 */

export type { Affinity, AttemptFailure, Lease, LogEntry, Task, TaskFailure } from "./task.ts";
export { canTransition, isTerminal, TASK_STATUSES, type TaskStatus } from "./status.ts";
export {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "./errors.ts";
