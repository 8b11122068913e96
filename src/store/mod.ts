/**
 * Ports of storage and the errors of their adapters. The adapters have doors of their own:
 * `store/memory/mod.ts` and `store/sqlite/mod.ts`.
 *
 * @module
 */

export type {
  AttemptOutcome,
  CancelTask,
  ClaimTasks,
  ExpireTasks,
  FinishAttempt,
  InsertedTask,
  NewTask,
  PruneTasks,
  ReleaseLease,
  RenewLease,
  TaskQuery,
  TaskStore,
} from "./task_store.ts";
export {
  StoreBusyError,
  StoreClosedError,
  StoreFailedError,
  StoreFullError,
  StoreOpenError,
  type StoreOpenErrorCode,
  type StoreOpenErrorOptions,
} from "./errors.ts";
