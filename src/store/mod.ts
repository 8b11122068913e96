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
export {
  type AppendEvent,
  type EventBounds,
  eventBytes,
  type EventQuery,
  type FoundSession,
  type SessionEntry,
  type SessionEvent,
  type SessionStore,
  type SessionStreamRecord,
  type SessionTotals,
  type StoredRequestId,
  type StoredSession,
} from "./session_store.ts";
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
