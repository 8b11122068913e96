import type { JsonObject } from "../codec/mod.ts";
import type { Affinity, LogEntry, Task, TaskFailure, TaskStatus } from "../task/mod.ts";

/**
 * Where tasks are kept. Every adapter passes one conformance suite.
 *
 * Each method is one atomic step. A promise that resolves to a change means that the change is
 * durable. Time is always passed in: the store has no clock.
 */
export interface TaskStore extends AsyncDisposable {
  /**
   * Add a task, or return the one that already has its idempotency key or its chosen id.
   *
   * The same work is the same type, model, payload and required tags.
   *
   * @throws {IdempotencyConflictError} If the key or the id belongs to different work.
   * @throws {RangeError} If an id that nobody chose is taken.
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
  /**
   * Queue a failed or cancelled task again, with all its attempts before it. Its history stays.
   *
   * @throws {TaskNotFoundError} @throws {InvalidTransitionError} If it is queued, running or completed.
   */
  retry(retry: RetryTask): Promise<Task>;
  /**
   * Lines of a task's log behind a cursor, oldest first. Lines that were dropped are skipped.
   *
   * @throws {TaskNotFoundError}
   */
  logs(query: LogQuery): Promise<readonly LogEntry[]>;
  /** Requeue or fail up to `limit` tasks whose lease or deadline has passed; returns them. */
  expire(sweep: ExpireTasks): Promise<readonly Task[]>;
  /**
   * When the next lease, deadline, `notBefore` or end of affinity falls due; `null` if nothing is
   * pending. No later than now if a sweep has left something to do.
   */
  nextDueMs(nowMs: number): Promise<number | null>;
  /** How many tasks are in each state. */
  counts(): Promise<StatusCounts>;
  /** The same for each type that has tasks, in order of type, up to `limit` types. */
  countsByType(limit: number): Promise<ReadonlyMap<string, StatusCounts>>;
  /** Delete up to `limit` final tasks last changed before a time; returns how many. */
  prune(prune: PruneTasks): Promise<number>;
}

/** How many tasks are in each state. */
export type StatusCounts = Readonly<Record<TaskStatus, number>>;

/** A task to insert. */
export interface NewTask {
  /** 32 lower-case hex digits, or what the submitter chose. */
  readonly id: string;
  /** Whether the submitter chose the id; it then works like an idempotency key. */
  readonly isIdChosen: boolean;
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
  /** Tags that a worker must offer, sorted, each once. */
  readonly requires: readonly string[];
  /** Who is preferred as claimer, and for how long. */
  readonly affinity: Affinity | null;
}

/** What became of an insert. */
export interface InsertedTask {
  /** The new task, or the one that had the key. */
  readonly task: Task;
  /** `false` when the idempotency key or the chosen id already had a task. */
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
  /** Exact type names; empty means none, `"any"` means all. */
  readonly types: readonly string[] | "any";
  /** Tags that the claimer offers: it gets no task that requires another. */
  readonly offers: readonly string[];
  /** The claimer's session: tasks of other sessions are left alone while their affinity lasts. */
  readonly session: string | null;
  /** At most this many. */
  readonly limit: number;
  /** The present time. */
  readonly nowMs: number;
  /** How long the leases last unless renewed. */
  readonly leaseMs: number;
  /** Whether reports on these leases must carry the token. */
  readonly isFenced: boolean;
  /** Types of which no more than so many tasks may run at once, those that run already included. */
  readonly maxRunningByType: ReadonlyMap<string, number>;
  /**
   * Whether the claimer may have a task; called for candidates in order of priority and age, at most
   * about a thousand times a claim. Must not change anything. `undefined` means that it may have any.
   */
  readonly mayTake: ((candidate: ClaimCandidate) => boolean) | undefined;
}

/** A task that could be claimed. */
export interface ClaimCandidate {
  /** Its id. */
  readonly id: string;
  /** Its type. */
  readonly type: string;
  /** Its model; empty when the type has none. */
  readonly model: string;
  /** Since when it could be claimed. */
  readonly readyAtMs: number;
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
  /** Appended to the task's log. */
  readonly logs?: readonly LogLine[] | undefined;
}

/** A line to append to a log. */
export interface LogLine {
  /** Where it comes from, such as `stdout` or `stderr`. */
  readonly stream: string;
  /** The line. */
  readonly message: string;
}

/** A task to be done again. */
export interface RetryTask {
  /** The task. */
  readonly taskId: string;
  /** The present time. */
  readonly nowMs: number;
  /** Its new deadline; `null` means none. */
  readonly deadlineAtMs: number | null;
}

/** Which lines of a log to read. */
export interface LogQuery {
  /** The task. */
  readonly taskId: string;
  /** Only lines with a greater `seq`; 0 for all. */
  readonly afterSeq: number;
  /** At most this many. */
  readonly limit: number;
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
