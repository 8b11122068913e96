/**
 * Ports of storage and the errors of their adapters. The adapters have doors of their own:
 * `store/memory/mod.ts` and `store/sqlite/mod.ts`.
 *
 * @module
 */

export type {
  AttemptOutcome,
  CancelTask,
  ClaimCandidate,
  ClaimTasks,
  ExpireTasks,
  FinishAttempt,
  InsertedTask,
  LogLine,
  LogQuery,
  NewTask,
  PruneTasks,
  ReleaseLease,
  RenewLease,
  RetryTask,
  StatusCounts,
  TaskQuery,
  TaskStore,
} from "./task_store.ts";
export type {
  CacheBounds,
  CacheEntry,
  CacheStore,
  CacheTotals,
  EntryContent,
  EntryVersion,
  SweepCache,
  SweptCache,
  WriteEntry,
  WrittenEntry,
} from "./cache_store.ts";
export { compareVersions, entryBytes } from "./resolve_cache_write.ts";
export {
  StoreBusyError,
  StoreClosedError,
  StoreFailedError,
  StoreFullError,
  StoreOpenError,
  type StoreOpenErrorCode,
  type StoreOpenErrorOptions,
} from "./errors.ts";
