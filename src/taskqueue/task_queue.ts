import type { JsonObject } from "../codec/mod.ts";
import type { AttemptOutcome } from "../store/mod.ts";
import type { Task, TaskStatus } from "../task/mod.ts";

/**
 * A durable queue of tasks, here or on another peer. Tools and workers know only this; one
 * conformance suite runs over the local queue and over the client of a remote one.
 */
export interface TaskQueue {
  /** The node that holds the queue. Empty while that of a remote one is not known. */
  readonly peerId: string;
  /** Add a task. */
  submit(input: SubmitTask, options?: CallOptions): Promise<SubmittedTask>;
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
  /** Give a leased task back. */
  release(input: ReleaseWork, options?: CallOptions): Promise<Task>;
  /** Cancel a task that is not final. */
  cancel(input: CancelWork, options?: CallOptions): Promise<Task>;
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

/** A wish for work. */
export interface ClaimWork {
  /** Worker id of the new holder. */
  readonly worker: string;
  /** Exact type names; empty means none. */
  readonly types: readonly string[];
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
}

/** The end of an attempt. Back-off before the next attempt is the queue's decision. */
export interface FinishWork {
  /** The task. */
  readonly taskId: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** What came of the attempt. */
  readonly outcome: WorkOutcome;
}

/** A result, or a failure that may be retried. */
export type WorkOutcome =
  | Extract<AttemptOutcome, { status: "completed" }>
  | Omit<Extract<AttemptOutcome, { status: "failed" }>, "backoffMs">;

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
  readonly counts?: Readonly<Record<TaskStatus, number>> | undefined;
  /** A label by which peers that belong together know each other. @default {""} none */
  readonly session?: string | undefined;
  /** The reply as it came over the wire, for tools that pass it on; absent for the local queue. */
  readonly raw?: JsonObject | undefined;
}
