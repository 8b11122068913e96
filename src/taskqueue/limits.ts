/** Limits and durations of a local queue. */
export interface TaskQueueLimits {
  /** How often a task is tried unless it says so itself. @default {3} */
  readonly maxAttempts: number;
  /** How long a lease lasts unless it is renewed. @default {60000} */
  readonly leaseMs: number;
  /** A claimer that asks for a shorter lease gets this one. @default {100} */
  readonly minLeaseMs: number;
  /** A claimer that asks for a longer lease gets this one. @default {86400000} one day */
  readonly maxLeaseMs: number;
  /** How long the lease of a claimer lasts that knows of no tokens. @default {1800000} 30 minutes */
  readonly legacyLeaseMs: number;
  /**
   * How long a task is left to the worker or session that it asks for, from when it could be claimed.
   * @default {180000}
   */
  readonly affinityMs: number;
  /**
   * How long a task is kept for the peer that owns it; 0 is first come, first served.
   * @default {500}
   */
  readonly ownershipGraceMs: number;
  /** A peer that asked for work within this time may own tasks. @default {10000} */
  readonly recentMs: number;
  /** How many tasks of a type may run at once; types that are not named have no limit. @default {none} */
  readonly maxRunningByType: ReadonlyMap<string, number>;
  /** A wait lasts no longer, whatever the caller asks for. @default {300000} */
  readonly maxWaitMs: number;
  /** How many callers may wait for tasks, and as many for work. @default {10000} */
  readonly maxWaiters: number;
  /** How many tasks one claim may lease. @default {64} */
  readonly maxClaim: number;
  /** How many tasks one call may submit, and how many reports it may make. @default {256} */
  readonly maxBatch: number;
  /**
   * Longest payload, and result, as JSON. Less than the 1 MiB of a line of the protocol, so that a
   * task with its other members fits. @default {921600} 900 KiB
   */
  readonly maxPayloadBytes: number;
  /** Longest progress report as JSON; a longer one is dropped. @default {262144} */
  readonly maxProgressBytes: number;
  /** Wait before the second attempt; doubled for each further one. @default {500} */
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
  minLeaseMs: 100,
  maxLeaseMs: 24 * 60 * 60 * 1_000,
  legacyLeaseMs: 30 * 60 * 1_000,
  affinityMs: 180_000,
  ownershipGraceMs: 500,
  recentMs: 10_000,
  maxRunningByType: new Map(),
  maxWaitMs: 300_000,
  maxWaiters: 10_000,
  maxClaim: 64,
  maxBatch: 256,
  maxPayloadBytes: 900 * 1024,
  maxProgressBytes: 256 * 1024,
  retryBaseMs: 500,
  retryMaxMs: 300_000,
  retentionMs: 24 * 60 * 60 * 1_000,
};
