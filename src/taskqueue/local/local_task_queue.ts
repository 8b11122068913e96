import type { JsonObject } from "../../codec/mod.ts";
import type { Clock } from "../../concurrency/mod.ts";
import type { TaskStore } from "../../store/mod.ts";
import type { Task } from "../../task/mod.ts";
import { DEFAULT_LIMITS, type TaskQueueLimits } from "../limits.ts";
import type {
  CallOptions,
  ClaimWork,
  FinishWork,
  HeartbeatPeer,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  SubmitTask,
  SubmittedTask,
  TaskEvent,
  TaskQueue,
  WatchedTask,
  WatchTask,
  WorkOutcome,
} from "../task_queue.ts";
import { StoreTaskQueue } from "./store_task_queue.ts";

/** What a local queue is made of. */
export interface LocalTaskQueueDeps {
  /** Where the tasks are kept. The queue does not close it. */
  readonly store: TaskStore;
  /** The node's own id; empty when it is in no network. */
  readonly peerId: string;
  /** What the node's workers take, asked anew for each status. @default {nothing} */
  readonly capabilities?: (() => QueueCapabilities) | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Source of randomness for back-offs, from 0 up to but not including 1. @default {Math.random} */
  readonly random?: (() => number) | undefined;
}

/** What the workers of a queue's node take. */
export interface QueueCapabilities {
  /** Task types. */
  readonly taskTypes: readonly string[];
  /** Models; empty when unknown. @default {[]} */
  readonly models?: readonly string[] | undefined;
  /** A label by which peers that belong together know each other. @default {""} */
  readonly session?: string | undefined;
  /** The node's program and its version. @default {undefined} not said */
  readonly program?: string | undefined;
  /** Whether others can dial the node. @default {undefined} nobody looks */
  readonly reachability?: QueueStatus["reachability"];
}

/** A task to submit, whose start may be a time of day. */
export interface LocalSubmitTask extends SubmitTask {
  /**
   * Do not start before this time, in epoch milliseconds; counts if there is no `delayMs`.
   * @default {undefined} at once
   */
  readonly notBeforeMs?: number | undefined;
}

/** A wish for work, with what only the queue's own node knows. */
export interface LocalClaimWork extends ClaimWork {
  /** The peer that asks, as the handshake has proven. @default {the node itself} */
  readonly claimer?: string | undefined;
}

/** A sign of life, also from a worker that knows of no tokens. */
export interface LocalRenewWork extends RenewWork {
  /** Who reports; needed when the token is empty. @default {undefined} whoever has the token */
  readonly worker?: string | undefined;
  /** The lease ends this long after now. @default {undefined} as long as before */
  readonly leaseMs?: number | undefined;
}

/** The end of an attempt; the holder may have the task cancelled. */
export interface LocalFinishWork extends Omit<FinishWork, "outcome"> {
  /** What came of the attempt. */
  readonly outcome: WorkOutcome | CancelledWork;
}

/** A holder's wish that the task be cancelled. */
export interface CancelledWork {
  /** Says which kind of outcome it is. */
  readonly status: "cancelled";
  /** Becomes the message of the task's error. */
  readonly reason: string;
}

/** A lease handed back, also by a worker that knows of no tokens. */
export interface LocalReleaseWork extends ReleaseWork {
  /** Who gives back; needed when the token is empty. @default {undefined} whoever has the token */
  readonly worker?: string | undefined;
}

/** A peer's sign of life, with who it is. */
export interface LocalHeartbeatPeer extends HeartbeatPeer {
  /** The peer, as the handshake has proven. @default {the node itself} */
  readonly claimer?: string | undefined;
}

/** A watch whose owner may hold it up. */
export interface LocalWatchTask extends Omit<WatchTask, "onEvent"> {
  /**
   * Told of each piece of news, in order. While the promise that it returns is pending, states are
   * passed over for newer ones, and the log is read no further.
   */
  readonly onEvent: (event: TaskEvent) => void | Promise<void>;
  /** Asked after each state; `true` ends the watch. @default {only the end of the task does} */
  readonly isEnough?: ((task: Task) => boolean) | undefined;
}

/** How a sweep went. */
export interface SweepResult {
  /** Tasks that were queued again or failed. */
  readonly expired: number;
  /** Final tasks that were deleted. */
  readonly pruned: number;
}

/** A peer that has asked for work. */
export interface Claimer {
  /** Who it is, as the handshake has proven. */
  readonly peerId: string;
  /** The worker that it last asked for. */
  readonly worker: string;
  /** What it last asked for. */
  readonly types: readonly string[] | "any";
  /** When it last did; epoch milliseconds. */
  readonly lastClaimMs: number;
}

/** The queue of this node, over a store. */
export interface LocalTaskQueue extends TaskQueue {
  /** Its limits. */
  readonly limits: TaskQueueLimits;
  /** As {@linkcode TaskQueue.submit}. */
  submit(input: LocalSubmitTask, options?: CallOptions): Promise<SubmittedTask>;
  /** As {@linkcode TaskQueue.submitMany}. */
  submitMany(
    inputs: readonly LocalSubmitTask[],
    options?: CallOptions,
  ): Promise<readonly PromiseSettledResult<SubmittedTask>[]>;
  /** As {@linkcode TaskQueue.claim}, for a peer too. */
  claim(input: LocalClaimWork, options?: CallOptions): Promise<readonly Task[]>;
  /** As {@linkcode TaskQueue.watch}, at the pace of whoever is told. */
  watch(input: LocalWatchTask, options?: CallOptions): Promise<WatchedTask | undefined>;
  /** As {@linkcode TaskQueue.renew}; a lease that is not fenced goes by the worker's name. */
  renew(input: LocalRenewWork, options?: CallOptions): Promise<Task>;
  /** As {@linkcode TaskQueue.finish}; the holder may also have the task cancelled. */
  finish(input: LocalFinishWork, options?: CallOptions): Promise<Task>;
  /** As {@linkcode TaskQueue.finishMany}. */
  finishMany(
    inputs: readonly LocalFinishWork[],
    options?: CallOptions,
  ): Promise<readonly PromiseSettledResult<Task>[]>;
  /** As {@linkcode TaskQueue.release}; a lease that is not fenced goes by the worker's name. */
  release(input: LocalReleaseWork, options?: CallOptions): Promise<Task>;
  /** As {@linkcode TaskQueue.heartbeat}, for a peer too. */
  heartbeat(input: LocalHeartbeatPeer, options?: CallOptions): Promise<JsonObject>;
  /** Who has asked for work lately, newest first; at most 256. */
  claimers(): readonly Claimer[];
  /** Deal with what is overdue and delete what is old. `runSweeper` does it when it is time. */
  sweep(): Promise<SweepResult>;
  /** Wait until there is something to sweep; tell waiting claimers of tasks whose time comes meanwhile. */
  waitUntilDue(options?: CallOptions): Promise<void>;
}

/**
 * Create the queue of this node. Run `runSweeper` beside it, or nothing ever expires.
 *
 * @param deps What it is made of.
 * @param limits Those that differ from {@linkcode DEFAULT_LIMITS}.
 * @returns The queue. It holds no resources of its own.
 *
 * @example Submit, work, wait
 * ```ts
 * import { createLocalTaskQueue } from "../mod.ts";
 * import { createMemoryTaskStore } from "../../store/memory/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using store = createMemoryTaskStore();
 * const queue = createLocalTaskQueue({ store, peerId: "" });
 *
 * const { taskId } = await queue.submit({ type: "double", payload: { n: 21 } });
 * const waiting = queue.wait({ taskId });
 *
 * const [task] = await queue.claim({ worker: "worker-1", types: ["double"] });
 * const outcome = { status: "completed", result: { n: 42 } } as const;
 * await queue.finish({ taskId, token: task?.lease?.token ?? "", outcome });
 *
 * assert.deepEqual((await waiting)?.result, { n: 42 });
 * ```
 */
export function createLocalTaskQueue(
  deps: LocalTaskQueueDeps,
  limits: Partial<TaskQueueLimits> = {},
): LocalTaskQueue {
  return new StoreTaskQueue(deps, { ...DEFAULT_LIMITS, ...limits });
}
