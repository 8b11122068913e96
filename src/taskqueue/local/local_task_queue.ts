import {
  type Clock,
  exponentialBackoffMs,
  moveOnAfter,
  systemClock,
} from "../../concurrency/mod.ts";
import type { FinishAttempt, TaskStore } from "../../store/mod.ts";
import type { Task } from "../../task/mod.ts";
import { DEFAULT_LIMITS, type TaskQueueLimits } from "../limits.ts";
import type {
  CallOptions,
  CancelWork,
  ClaimWork,
  FinishWork,
  ListTasks,
  QueueStatus,
  ReleaseWork,
  RenewWork,
  StatusOptions,
  SubmitTask,
  SubmittedTask,
  TaskQueue,
  WaitForTask,
} from "../task_queue.ts";
import { Checks, jsonBytes } from "../checks.ts";
import { DueAlarm } from "./due_alarm.ts";
import { TaskWatchers } from "./task_watchers.ts";
import { toNewTask } from "./to_new_task.ts";
import { toOutcome } from "./to_outcome.ts";
import { waitForTask } from "./wait_for_task.ts";
import { WorkWaiters } from "./work_waiters.ts";

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
}

/** A wish for work, with what only the queue's own node may decide. */
export interface LocalClaimWork extends ClaimWork {
  /** How long the lease lasts unless it is renewed. @default {limits.leaseMs} */
  readonly leaseMs?: number | undefined;
}

/** How a sweep went. */
export interface SweepResult {
  /** Tasks that were queued again or failed. */
  readonly expired: number;
  /** Final tasks that were deleted. */
  readonly pruned: number;
}

/** The queue of this node, over a store. */
export interface LocalTaskQueue extends TaskQueue {
  /** Its limits. */
  readonly limits: TaskQueueLimits;
  /** Lease up to `limit` tasks, as {@linkcode TaskQueue.claim} does. */
  claim(input: LocalClaimWork, options?: CallOptions): Promise<readonly Task[]>;
  /** Deal with what is overdue and delete what is old. `runSweeper` does it when it is time. */
  sweep(): Promise<SweepResult>;
  /** Wait until there is something to sweep. */
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

const SWEEP_BATCH = 100;
const PRUNE_BATCH = 500;
/** Old tasks are looked for this often. */
const PRUNE_INTERVAL_MS = 60_000;

class StoreTaskQueue implements LocalTaskQueue {
  readonly peerId: string;
  readonly limits: TaskQueueLimits;
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #capabilities: () => QueueCapabilities;
  readonly #watchers: TaskWatchers;
  readonly #waiters: WorkWaiters;
  readonly #alarm: DueAlarm;

  constructor(deps: LocalTaskQueueDeps, limits: TaskQueueLimits) {
    this.peerId = deps.peerId;
    this.limits = limits;
    this.#store = deps.store;
    this.#clock = deps.clock ?? systemClock;
    this.#random = deps.random ?? Math.random;
    this.#capabilities = deps.capabilities ?? (() => ({ taskTypes: [] }));
    this.#watchers = new TaskWatchers(limits.maxWaiters);
    this.#waiters = new WorkWaiters(limits.maxWaiters);
    this.#alarm = new DueAlarm(this.#clock);
    // What the store holds from an earlier life is looked at first.
    this.#alarm.advanceTo(this.#nowMs());
  }

  async submit(input: SubmitTask, options: CallOptions = {}): Promise<SubmittedTask> {
    options.signal?.throwIfAborted();
    const { maxPayloadBytes, maxAttempts } = this.limits;
    const newTask = toNewTask(input, { nowMs: this.#nowMs(), maxPayloadBytes, maxAttempts });
    const { task, created } = await this.#store.insert(newTask);
    if (created) this.#announce(task);
    return { taskId: task.id, peerId: this.peerId, created };
  }

  async get(taskId: string, options: CallOptions = {}): Promise<Task | undefined> {
    options.signal?.throwIfAborted();
    return await this.#store.get(taskId);
  }

  async list(query: ListTasks, options: CallOptions = {}): Promise<readonly Task[]> {
    options.signal?.throwIfAborted();
    const check = new Checks("list tasks");
    const limit = check.integer("limit", query.limit ?? 50, { min: 1, max: 1_000 });
    return await this.#store.list({ ...query, limit });
  }

  async wait(input: WaitForTask, options: CallOptions = {}): Promise<Task | undefined> {
    options.signal?.throwIfAborted();
    const { taskId, timeoutMs = 60_000, onProgress } = input;
    const waitMs = new Checks("wait for task").duration("timeoutMs", timeoutMs);
    return await waitForTask({
      taskId,
      timeoutMs: waitMs,
      onProgress,
      read: () => this.#store.get(taskId),
      watchers: this.#watchers,
      clock: this.#clock,
      signal: options.signal,
    });
  }

  async claim(input: LocalClaimWork, options: CallOptions = {}): Promise<readonly Task[]> {
    options.signal?.throwIfAborted();
    const { waitMs = 0 } = input;
    const wait = new Checks("claim tasks").duration("waitMs", waitMs);
    const types = this.#checkTypes(input.types);
    if (wait === 0) return await this.#tryClaim(input, types);
    // Joining begins before the first look, so that no task falls between the two.
    using waiter = this.#waiters.join(types);
    const first = await this.#tryClaim(input, types);
    if (first.length > 0) return first;
    const claiming = await moveOnAfter(wait, async (waitSignal) => {
      for (;;) {
        await waiter.waitForNews(waitSignal);
        const tasks = await this.#tryClaim(input, types);
        if (tasks.length > 0) return tasks;
      }
    }, { name: "wait for work", clock: this.#clock, signal: options.signal });
    return claiming.timedOut ? [] : claiming.value;
  }

  async renew(input: RenewWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    const { taskId, token, progress } = input;
    const fits = progress !== undefined && jsonBytes(progress) <= this.limits.maxProgressBytes;
    const task = await this.#store.renew({
      taskId,
      token,
      nowMs: this.#nowMs(),
      leaseMs: this.limits.leaseMs,
      progress: fits ? progress : undefined,
    });
    if (fits) this.#watchers.publish(task);
    return task;
  }

  async finish(input: FinishWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    const { taskId, token } = input;
    const attempt = Number.parseInt(token) || 1;
    const finish: FinishAttempt = {
      taskId,
      token,
      nowMs: this.#nowMs(),
      outcome: toOutcome(input.outcome, {
        backoffMs: this.#backoffMs(attempt),
        maxResultBytes: this.limits.maxPayloadBytes,
      }),
    };
    return this.#announce(await this.#store.finish(finish));
  }

  async release(input: ReleaseWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    return this.#announce(await this.#store.release({ ...input, nowMs: this.#nowMs() }));
  }

  async cancel(input: CancelWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    return this.#announce(await this.#store.cancel({ ...input, nowMs: this.#nowMs() }));
  }

  async status(options: StatusOptions = {}): Promise<QueueStatus> {
    options.signal?.throwIfAborted();
    const { taskTypes, models = [], session = "" } = this.#capabilities();
    const status = { peerId: this.peerId, taskTypes, models, session };
    return options.detail === true ? { ...status, counts: await this.#store.counts() } : status;
  }

  async sweep(): Promise<SweepResult> {
    const nowMs = this.#nowMs();
    this.#alarm.reset();
    try {
      const expired = await this.#expire(nowMs);
      const beforeMs = nowMs - this.limits.retentionMs;
      const pruned = await this.#store.prune({ beforeMs, limit: PRUNE_BATCH });
      const isMoreLeft = expired === SWEEP_BATCH || pruned === PRUNE_BATCH;
      const nextDueMs = isMoreLeft ? nowMs : await this.#store.nextDueMs(nowMs);
      this.#alarm.advanceTo(Math.min(nextDueMs ?? Infinity, nowMs + PRUNE_INTERVAL_MS));
      // What was delayed until now can be claimed, whatever its type.
      this.#waiters.wakeAll();
      return { expired, pruned };
    } catch (error) {
      this.#alarm.advanceTo(nowMs);
      throw error;
    }
  }

  async waitUntilDue(options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    await this.#alarm.wait(options.signal);
  }

  async #expire(nowMs: number): Promise<number> {
    const backoffMs = (attempt: number) => this.#backoffMs(attempt);
    const expired = await this.#store.expire({ nowMs, limit: SWEEP_BATCH, backoffMs });
    for (const task of expired) this.#announce(task);
    return expired.length;
  }

  async #tryClaim(input: LocalClaimWork, types: readonly string[]): Promise<readonly Task[]> {
    const { maxClaim } = this.limits;
    const check = new Checks("claim tasks");
    const tasks = await this.#store.claim({
      worker: check.name("worker", input.worker),
      types,
      limit: check.integer("limit", input.limit ?? 1, { min: 1, max: maxClaim }),
      nowMs: this.#nowMs(),
      leaseMs: check.duration("leaseMs", input.leaseMs ?? this.limits.leaseMs),
    });
    for (const task of tasks) this.#announce(task);
    return tasks;
  }

  #checkTypes(types: readonly string[]): readonly string[] {
    const check = new Checks("claim tasks");
    check.integer("number of types", types.length, { min: 0, max: 64 });
    return types.map((type) => check.name("type", type));
  }

  /** Tell everyone concerned that a task has changed. */
  #announce(task: Task): Task {
    this.#watchers.publish(task);
    if (task.lease !== null) this.#alarm.advanceTo(task.lease.untilMs);
    if (task.status !== "queued") return task;
    const nowMs = this.#nowMs();
    if (task.notBeforeMs > nowMs) this.#alarm.advanceTo(task.notBeforeMs);
    else this.#waiters.wake([task.type]);
    if (task.deadlineAtMs !== null) this.#alarm.advanceTo(task.deadlineAtMs);
    return task;
  }

  #backoffMs(attempt: number): number {
    const { retryBaseMs: baseDelayMs, retryMaxMs: maxDelayMs } = this.limits;
    const random = this.#random;
    return Math.round(
      exponentialBackoffMs(attempt, { baseDelayMs, maxDelayMs, jitter: 0.5, random }),
    );
  }

  #nowMs(): number {
    return Math.round(this.#clock.now());
  }
}
