/**
 * Structured concurrency: task groups, cancellation with reasons, deadlines, retries, limits, and
 * the clock they share.
 *
 * An `AbortSignal` is the cancel scope and a {@linkcode TaskGroup} is the nursery: no child
 * outlives its group, no failure is lost, and no listener or timer stays behind. The model and its
 * rules are in `docs/concurrency.md`.
 *
 * @module
 */

export { abortable } from "./abortable.ts";
export { CancelReason, type CancelReasonOptions, type CancelSource } from "./cancel_reason.ts";
export type { Clock, SleepOptions } from "./clock.ts";
export { DelayQueue, type DelayQueueOptions } from "./delay_queue.ts";
export { LimiterFullError, TaskGroupEndedError } from "./errors.ts";
export { type BackoffOptions, exponentialBackoffMs } from "./exponential_backoff.ts";
export { failAfter, type TimeLimitOptions } from "./fail_after.ts";
export { FakeClock } from "./fake_clock.ts";
export { isCancellation } from "./is_cancellation.ts";
export {
  type AcquireOptions,
  Limiter,
  type LimiterOptions,
  type LimiterStatistics,
} from "./limiter.ts";
export { moveOnAfter, type MoveOnResult } from "./move_on_after.ts";
export { RateLimit, type RateLimitOptions } from "./rate_limit.ts";
export { retry, type RetryOptions } from "./retry.ts";
export { runTaskGroup, type TaskGroupOptions } from "./run_task_group.ts";
export { currentScope, requireScope, type Scope } from "./scope.ts";
export { shield, type ShieldOptions } from "./shield.ts";
export { systemClock } from "./system_clock.ts";
export type { TaskGroup, TaskGroupStatistics } from "./task_group.ts";
export { type ChildFailure, TaskGroupError } from "./task_group_error.ts";
export { TokenBucket, type TokenBucketOptions } from "./token_bucket.ts";
export { waitForAbort } from "./wait_for_abort.ts";
