import type { JsonObject } from "../codec/mod.ts";
import type { Task, TaskFailure, TaskStatus } from "../task/mod.ts";

/**
 * Where tasks are kept. Every adapter passes one conformance suite.
 *
 * Each method is one atomic step. A promise that resolves to a change means that the change is
 * durable. Time is always passed in: the store has no clock.
 */
export interface TaskStore extends AsyncDisposable {
  /**
   * Add a task, or return the one that already has its idempotency key.
   *
   * @throws {IdempotencyConflictError} If the key belongs to different work.
   * @throws {RangeError} If the id is taken.
   */
  insert(task: NewTask): Promise<InsertedTask>;
  /** The task with this id, if any. */
  get(taskId: string): Promise<Task | undefined>;
  /**
   * One page of tasks, oldest first.
   *
   * @throws {TaskNotFoundError} If `afterTaskId` names no task (any more).
   */
  list(query: TaskQuery): Promise<readonly Task[]>;
  /** Lease up to `limit` claimable tasks, highest priority first, then oldest. */
  claim(claim: ClaimTasks): Promise<readonly Task[]>;
  /**
   * Move a lease's end and store progress, in one step. Returns the task as it is now; the last
   * holder of a cancelled task gets it unchanged, and so learns of the cancellation.
   *
   * @throws {TaskNotFoundError} @throws {LeaseLostError}
   */
  renew(renewal: RenewLease): Promise<Task>;
  /**
   * End an attempt with its outcome; on failure the task is queued again while attempts remain.
   * Its holder may repeat the same report: that returns the task and changes nothing.
   *
   * @throws {TaskNotFoundError} @throws {LeaseLostError}
   */
  finish(outcome: FinishAttempt): Promise<Task>;
  /**
   * Give a leased task back without counting the attempt.
   *
   * @throws {TaskNotFoundError} @throws {LeaseLostError}
   */
  release(release: ReleaseLease): Promise<Task>;
  /**
   * Cancel a queued or running task. Cancelling a cancelled task returns it unchanged.
   *
   * @throws {TaskNotFoundError} @throws {InvalidTransitionError} If it completed or failed.
   */
  cancel(cancellation: CancelTask): Promise<Task>;
  /** Requeue or fail up to `limit` tasks whose lease or deadline has passed; returns them. */
  expire(sweep: ExpireTasks): Promise<readonly Task[]>;
  /** When the next lease, deadline or `notBefore` falls due; `null` if nothing is pending. */
  nextDueMs(nowMs: number): Promise<number | null>;
  /** How many tasks are in each state. */
  counts(): Promise<Readonly<Record<TaskStatus, number>>>;
  /** Delete up to `limit` final tasks last changed before a time; returns how many. */
  prune(prune: PruneTasks): Promise<number>;
}

/** A task to insert. */
export interface NewTask {
  /** 32 lower-case hex digits, not in use. */
  readonly id: string;
  /** What kind of work it is. */
  readonly type: string;
  /** Empty when the type has none. */
  readonly model: string;
  /** The input of the executor. */
  readonly payload: JsonObject;
  /** 1 to 10. */
  readonly priority: number;
  /** 1 or more. */
  readonly maxAttempts: number;
  /** When it is submitted. */
  readonly nowMs: number;
  /** Not claimed before this time. */
  readonly notBeforeMs: number;
  /** Fails when not final by this time; `null` means no limit. */
  readonly deadlineAtMs: number | null;
  /** `null` means that every insert is a new task. */
  readonly idempotencyKey: string | null;
}

/** What became of an insert. */
export interface InsertedTask {
  /** The new task, or the one that had the key. */
  readonly task: Task;
  /** `false` when the idempotency key already had a task. */
  readonly created: boolean;
}

/** Which tasks to list. */
export interface TaskQuery {
  /** Absent means any. */
  readonly status?: TaskStatus | undefined;
  /** Empty or absent means any. */
  readonly types?: readonly string[] | undefined;
  /** At most this many. */
  readonly limit: number;
  /** Only tasks submitted after this one. */
  readonly afterTaskId?: string | undefined;
}

/** A wish for work. */
export interface ClaimTasks {
  /** Worker id of the new holder. */
  readonly worker: string;
  /** Exact type names; empty means none. */
  readonly types: readonly string[];
  /** At most this many. */
  readonly limit: number;
  /** The present time. */
  readonly nowMs: number;
  /** How long the leases last unless renewed. */
  readonly leaseMs: number;
}

/** A sign of life from a lease holder. */
export interface RenewLease {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** The present time. */
  readonly nowMs: number;
  /** The lease ends this long after now. */
  readonly leaseMs: number;
  /** Merged one level deep into the task's progress. */
  readonly progress?: JsonObject | undefined;
}

/** How an attempt ended. */
export interface FinishAttempt {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** The present time. */
  readonly nowMs: number;
  /** What came of the attempt. */
  readonly outcome: AttemptOutcome;
}

/** A result, or a failure that may be retried. */
export type AttemptOutcome =
  | { readonly status: "completed"; readonly result: JsonObject }
  | {
    readonly status: "failed";
    readonly error: TaskFailure;
    /** Whether another attempt may succeed. */
    readonly retryable: boolean;
    /** Wait this long before the next attempt. */
    readonly backoffMs: number;
    /** What there is of a result all the same, such as captured output. */
    readonly result?: JsonObject | undefined;
  };

/** A lease handed back. */
export interface ReleaseLease {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** The present time. */
  readonly nowMs: number;
  /** Kept in the task's history, with code `released`. */
  readonly reason: string;
}

/** A cancellation. */
export interface CancelTask {
  /** The task. */
  readonly taskId: string;
  /** The present time. */
  readonly nowMs: number;
  /** Becomes the message of the task's error, with code `cancelled`. */
  readonly reason: string;
}

/** A sweep for what is overdue. */
export interface ExpireTasks {
  /** The present time. */
  readonly nowMs: number;
  /** At most this many. */
  readonly limit: number;
  /** Wait before the next attempt, by attempt number (counted from 1). */
  readonly backoffMs: (attempt: number) => number;
}

/** A clean-up of final tasks. */
export interface PruneTasks {
  /** Only tasks that last changed before this time. */
  readonly beforeMs: number;
  /** At most this many. */
  readonly limit: number;
}
