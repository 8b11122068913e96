/** Limits and durations of a local queue. */
export interface TaskQueueLimits {
  /** How often a task is tried unless it says so itself. @default {3} */
  readonly maxAttempts: number;
  /** How long a lease lasts unless it is renewed. @default {60000} */
  readonly leaseMs: number;
  /** A wait lasts no longer, whatever the caller asks for. @default {300000} */
  readonly maxWaitMs: number;
  /** How many callers may wait for tasks, and as many for work. @default {10000} */
  readonly maxWaiters: number;
  /** How many tasks one claim may lease. @default {64} */
  readonly maxClaim: number;
  /**
   * Longest payload, and result, as JSON. Less than the 1 MiB of a line of the protocol, so that a
   * task with its other members fits. @default {921600} 900 KiB
   */
  readonly maxPayloadBytes: number;
  /** Longest progress report as JSON; a longer one is dropped. @default {262144} */
  readonly maxProgressBytes: number;
  /** Wait before the second attempt; doubled for each further one. @default {1000} */
  readonly retryBaseMs: number;
  /** Longest wait between two attempts. @default {300000} */
  readonly retryMaxMs: number;
  /** Final tasks are kept this long after their last change. @default {86400000} one day */
  readonly retentionMs: number;
}

/** The limits of a queue that was given none. */
export const DEFAULT_LIMITS: TaskQueueLimits = {
  maxAttempts: 3,
  leaseMs: 60_000,
  maxWaitMs: 300_000,
  maxWaiters: 10_000,
  maxClaim: 64,
  maxPayloadBytes: 900 * 1024,
  maxProgressBytes: 256 * 1024,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  retentionMs: 24 * 60 * 60 * 1_000,
};
