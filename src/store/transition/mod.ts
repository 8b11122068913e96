/**
 * The rules by which a task changes, apart from where it is kept. Pure but for the random part of a
 * fencing token. Every adapter loads a record, applies one of these functions, saves the result, all
 * in one atomic step; so all adapters behave alike.
 *
 * A record's `lastToken` is set by a claim. It stays through completion, failure and cancellation, so
 * that the holder may repeat its report or learn of the cancellation. It becomes `null` when the task
 * is taken from its holder (lease expired, deadline passed) or given back.
 *
 * @module
 */

export { cancelTask } from "./cancel_task.ts";
export { ClaimFilter, MAX_CANDIDATES } from "./claim_filter.ts";
export { type Claimer, hasAffinity, isClaimable, isFor } from "./claimable.ts";
export { expireTask, isOverdue } from "./expire_task.ts";
export { MAX_FAILURES } from "./fail_attempt.ts";
export { finishAttempt } from "./finish_attempt.ts";
export {
  isLogTooLong,
  logBytesOf,
  type LogSize,
  MAX_LOG_BYTES,
  MAX_LOG_LINES,
  toLogEntries,
} from "./log.ts";
export { releaseLease } from "./release_lease.ts";
export { renewLease } from "./renew_lease.ts";
export { retryTask } from "./retry_task.ts";
export { assertSameWork } from "./same_work.ts";
export { startAttempt } from "./start_attempt.ts";
export { createRecord, type TaskRecord } from "./task_record.ts";
