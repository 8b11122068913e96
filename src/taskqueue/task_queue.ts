import type { JsonObject } from "../codec/mod.ts";
import type { AttemptOutcome, LogLine, StatusCounts } from "../store/mod.ts";
import type { LogEntry, Task, TaskStatus } from "../task/mod.ts";

/**
 * A durable queue of tasks, here or on another peer. Tools and workers know only this; one
 * conformance suite runs over the local queue and over the client of a remote one.
 */
export interface TaskQueue {
  /** The node that holds the queue. Empty while that of a remote one is not known. */
  readonly peerId: string;
  /**
   * Operations that the queue's node turned out not to know. Whatever could be done instead was done;
   * who shows results says so. Always empty for the local queue.
   */
  readonly missingOps: ReadonlySet<string>;
  /** Add a task. */
  submit(input: SubmitTask, options?: CallOptions): Promise<SubmittedTask>;
  /** Add several tasks, each for itself: one that is refused does not keep the others out. */
  submitMany(
    inputs: readonly SubmitTask[],
    options?: CallOptions,
  ): Promise<readonly PromiseSettledResult<SubmittedTask>[]>;
  /** The task with this id, if any. */
  get(taskId: string, options?: CallOptions): Promise<Task | undefined>;
  /** A page of tasks, oldest first. */
  list(query: ListTasks, options?: CallOptions): Promise<readonly Task[]>;
  /**
   * The task once it is final, or as it is when `timeoutMs` has passed. Pushed, never polled.
   * `undefined` if there is no such task.
   */
  wait(input: WaitForTask, options?: CallOptions): Promise<Task | undefined>;
  /**
   * Like `wait`, and tells of every change of state, of progress and of each new line of the log. A
   * watcher that is slow gets the newest state and progress rather than all of them, but every line
   * that is still kept.
   */
  watch(input: WatchTask, options?: CallOptions): Promise<WatchedTask | undefined>;
  /**
   * Lease up to `limit` tasks. With `waitMs` the call waits that long for work to come in.
   */
  claim(input: ClaimWork, options?: CallOptions): Promise<readonly Task[]>;
  /**
   * Keep a lease alive and report progress. The task is `cancelled` if it was: so its worker learns of
   * it. A remote queue leaves out payload, progress and history, which the worker knows.
   */
  renew(input: RenewWork, options?: CallOptions): Promise<Task>;
  /** End an attempt. Repeating the same report changes nothing. */
  finish(input: FinishWork, options?: CallOptions): Promise<Task>;
  /** End several attempts, each for itself. */
  finishMany(
    inputs: readonly FinishWork[],
    options?: CallOptions,
  ): Promise<readonly PromiseSettledResult<Task>[]>;
  /** Give a leased task back. */
  release(input: ReleaseWork, options?: CallOptions): Promise<Task>;
  /** Cancel a task that is not final. The renewals of its holder tell of it. */
  cancel(input: CancelWork, options?: CallOptions): Promise<Task>;
  /** Queue a failed or cancelled task again, with all its attempts before it. */
  retry(input: RetryWork, options?: CallOptions): Promise<Task>;
  /**
   * Say that a peer is alive and, with a lease, that it still works on its task.
   *
   * @returns The reply as the wire has it: `peer`, `scheduler` and, for a lease, `lease`.
   */
  heartbeat(input: HeartbeatPeer, options?: CallOptions): Promise<JsonObject>;
  /** How many tasks there are, by state and by type. */
  counts(options?: CallOptions): Promise<QueueCounts>;
  /** What the queue's node can do and how it is. */
  status(options?: StatusOptions): Promise<QueueStatus>;
}

/** Options of every call. */
export interface CallOptions {
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** A task to submit. */
export interface SubmitTask {
  /** What kind of work it is, such as `tool.call`. */
  readonly type: string;
  /** The model, for types that need one. @default {""} */
  readonly model?: string | undefined;
  /** The input of the executor. */
  readonly payload: JsonObject;
  /** 1 to 10; 10 is done first. @default {5} */
  readonly priority?: number | undefined;
  /** After this many failed or lost attempts it fails for good; 1 to 1000. @default {3} */
  readonly maxAttempts?: number | undefined;
  /** Do not start before this much time has passed. @default {0} */
  readonly delayMs?: number | undefined;
  /** Fail unless finished within this time. @default {undefined} no limit */
  readonly deadlineMs?: number | undefined;
  /** A second submission with the same key returns the first task. @default {undefined} a new task */
  readonly idempotencyKey?: string | undefined;
  /**
   * The task's id, up to 128 characters; a second submission of the same work under it returns the first
   * task. @default {undefined} the queue chooses
   */
  readonly taskId?: string | undefined;
  /** Tags that a worker must offer, such as `gpu`; up to 16. @default {[]} */
  readonly requires?: readonly string[] | undefined;
  /** The worker that should do it. Others get it once the affinity ends. @default {undefined} any */
  readonly stickyWorker?: string | undefined;
  /** The session whose workers should do it. @default {undefined} any */
  readonly session?: string | undefined;
}

/** Receipt of a submission. */
export interface SubmittedTask {
  /** Its id. */
  readonly taskId: string;
  /** The node whose queue has it. */
  readonly peerId: string;
  /** `false` when the idempotency key already had a task; `undefined` if the peer does not say. */
  readonly created: boolean | undefined;
}

/** Which tasks to list. */
export interface ListTasks {
  /** Absent means any. */
  readonly status?: TaskStatus | undefined;
  /** Empty or absent means any. */
  readonly types?: readonly string[] | undefined;
  /** 1 to 1000. @default {50} */
  readonly limit?: number | undefined;
  /** Only tasks submitted after this one. */
  readonly afterTaskId?: string | undefined;
}

/** What to wait for. */
export interface WaitForTask {
  /** The task. */
  readonly taskId: string;
  /** 0 returns at once. @default {60000} */
  readonly timeoutMs?: number | undefined;
  /** Called with each new state of the task's progress. */
  readonly onProgress?: ((task: Task) => void) | undefined;
}

/** What to watch. */
export interface WatchTask {
  /** The task. */
  readonly taskId: string;
  /** 0 returns at once, with what there is. @default {60000} */
  readonly timeoutMs?: number | undefined;
  /** Only lines of the log behind this cursor. @default {0} all that are kept */
  readonly afterLog?: number | undefined;
  /** Told of each piece of news, in order. */
  readonly onEvent: (event: TaskEvent) => void;
}

/** News of a task: it has changed, or there is a line of log. */
export type TaskEvent =
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "log"; readonly entry: LogEntry };

/** How a watch ended. */
export interface WatchedTask {
  /** The task: final, or as it is when the time has passed. */
  readonly task: Task;
  /** Cursor to go on with: the last line of log that was told. */
  readonly logCursor: number;
}

/** A wish for work. */
export interface ClaimWork {
  /** Worker id of the new holder. */
  readonly worker: string;
  /** Exact type names; empty means none, `"any"` means all. */
  readonly types: readonly string[] | "any";
  /** Tags that the worker offers. @default {[]} */
  readonly offers?: readonly string[] | undefined;
  /** The worker's session. @default {undefined} none */
  readonly session?: string | undefined;
  /** How long the leases last unless renewed. @default {undefined} what the queue gives */
  readonly leaseMs?: number | undefined;
  /**
   * Whether the worker renews its leases and reports with their tokens. Without, it gets a longer lease
   * that needs neither. @default {true}
   */
  readonly isFenced?: boolean | undefined;
  /** How many tasks at most. @default {1} */
  readonly limit?: number | undefined;
  /** How long to wait for work. @default {0} */
  readonly waitMs?: number | undefined;
}

/** A sign of life. */
export interface RenewWork {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** Merged one level deep into the task's progress. */
  readonly progress?: JsonObject | undefined;
  /** Appended to the task's log. */
  readonly logs?: readonly LogLine[] | undefined;
}

/** The end of an attempt. Back-off before the next attempt is the queue's decision. */
export interface FinishWork {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease; empty means none, which ends only a lease that is not fenced. */
  readonly token: string;
  /** Who reports, if a report without a token should count only for the holder. */
  readonly worker?: string | undefined;
  /** What came of the attempt. */
  readonly outcome: WorkOutcome;
}

/** A result, or a failure that may be retried. */
export type WorkOutcome =
  | Extract<AttemptOutcome, { status: "completed" }>
  | Omit<Extract<AttemptOutcome, { status: "failed" }>, "backoffMs">;

/** A sign of life from a peer. */
export interface HeartbeatPeer {
  /** What the peer calls itself; only repeated in the reply. @default {""} as it is known */
  readonly peerId?: string | undefined;
  /** Its clock, which has no influence. @default {undefined} none */
  readonly clock?: JsonObject | undefined;
  /** A lease to renew with it. @default {undefined} none */
  readonly lease?: HeldLease | undefined;
}

/** A lease as its holder names it. */
export interface HeldLease {
  /** Fencing token of the lease. */
  readonly token: string;
  /** The task. @default {undefined} the one that the token names */
  readonly taskId?: string | undefined;
  /** Worker id of the holder. @default {undefined} not said */
  readonly worker?: string | undefined;
}

/** A lease handed back. */
export interface ReleaseWork {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** Kept in the task's history. */
  readonly reason: string;
}

/** A cancellation. */
export interface CancelWork {
  /** The task. */
  readonly taskId: string;
  /** Becomes the message of the task's error. */
  readonly reason: string;
}

/** A task to be done again. */
export interface RetryWork {
  /** The task. */
  readonly taskId: string;
  /** Fail unless finished within this time from now. @default {undefined} no limit */
  readonly deadlineMs?: number | undefined;
}

/** How many tasks a queue holds. */
export interface QueueCounts {
  /** In each state. */
  readonly total: StatusCounts;
  /** The same for each type; at most 1000 types. */
  readonly byType: ReadonlyMap<string, StatusCounts>;
}

/** How much to say. */
export interface StatusOptions extends CallOptions {
  /** Add counts by state. @default {false} */
  readonly detail?: boolean | undefined;
}

/** What a queue's node says of itself. */
export interface QueueStatus {
  /** The node. */
  readonly peerId: string;
  /** Task types that its workers take. */
  readonly taskTypes: readonly string[];
  /** Models that its workers have; empty when unknown. */
  readonly models: readonly string[];
  /** How many tasks are in each state, if asked for. */
  readonly counts?: StatusCounts | undefined;
  /** A label by which peers that belong together know each other. @default {""} none */
  readonly session?: string | undefined;
  /** Whether others can dial the node; absent if it does not find out. */
  readonly reachability?: "public" | "private" | "unknown" | undefined;
  /** Its program and that program's version, such as `mcpp 1.2.0`; absent if it does not say. */
  readonly program?: string | undefined;
  /** The node's time, in milliseconds since the Unix epoch; absent if it does not say. */
  readonly timeMs?: number | undefined;
  /** Who was heard of lately and how many tasks there are by type, as the wire has it, if asked for. */
  readonly detail?: JsonObject | undefined;
  /** The reply as it came over the wire, for tools that pass it on; absent for the local queue. */
  readonly raw?: JsonObject | undefined;
}
