import type { JsonObject } from "../../codec/mod.ts";
import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { TaskStore } from "../../store/mod.ts";
import type { Task } from "../../task/mod.ts";
import { Checks } from "../checks.ts";
import { InvalidTaskError } from "../errors.ts";
import { parseLeaseToken } from "../lease_token.ts";
import type { TaskQueueLimits } from "../limits.ts";
import { toWireLease, toWireScheduler } from "../protocol/wire_scheduler.ts";
import { toWireDetail } from "../protocol/wire_status.ts";
import type {
  CallOptions,
  CancelWork,
  HeldLease,
  ListTasks,
  QueueCounts,
  QueueStatus,
  RetryWork,
  StatusOptions,
  SubmittedTask,
  WaitForTask,
  WatchedTask,
} from "../task_queue.ts";
import { DueAlarm } from "./due_alarm.ts";
import { LeaseReports } from "./lease_reports.ts";
import type {
  Claimer,
  LocalClaimWork,
  LocalFinishWork,
  LocalHeartbeatPeer,
  LocalReleaseWork,
  LocalRenewWork,
  LocalSubmitTask,
  LocalTaskQueue,
  LocalTaskQueueDeps,
  LocalWatchTask,
  QueueCapabilities,
  SweepResult,
} from "./local_task_queue.ts";
import { RecentPeers } from "./recent_peers.ts";
import { ShownClock } from "./shown_clock.ts";
import { TaskWatchers } from "./task_watchers.ts";
import type { TaskWatching } from "./task_watching.ts";
import { WaitDeadlines } from "./wait_deadlines.ts";
import { toNewTask } from "./to_new_task.ts";
import { waitForTask } from "./wait_for_task.ts";
import { watchTask } from "./watch_task.ts";
import { WorkDispatch } from "./work_dispatch.ts";
import { toOffer } from "./work_offer.ts";

const SWEEP_BATCH = 100;
const PRUNE_BATCH = 500;
/** Old tasks are looked for this often. */
const PRUNE_INTERVAL_MS = 60_000;
const MAX_COUNTED_TYPES = 1_000;
/** How many peers a detailed status and the answer to a heartbeat list. */
const MAX_LISTED_PEERS = 100;

/** The queue of a node, over a store. */
export class StoreTaskQueue implements LocalTaskQueue {
  readonly peerId: string;
  readonly limits: TaskQueueLimits;
  readonly missingOps: ReadonlySet<string> = new Set();
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #capabilities: () => QueueCapabilities;
  readonly #watchers: TaskWatchers;
  readonly #watching: TaskWatching;
  readonly #dispatch: WorkDispatch;
  readonly #reports: LeaseReports;
  readonly #alarm: DueAlarm;
  readonly #peers = new RecentPeers();
  readonly #shownClock = new ShownClock();

  /**
   * @param deps What it is made of.
   * @param limits Its limits.
   */
  constructor(deps: LocalTaskQueueDeps, limits: TaskQueueLimits) {
    const { store, peerId, clock = systemClock, random = Math.random } = deps;
    this.peerId = peerId;
    this.limits = limits;
    this.#store = store;
    this.#clock = clock;
    this.#capabilities = deps.capabilities ?? (() => ({ taskTypes: [] }));
    const deadlines = new WaitDeadlines(clock);
    this.#watchers = new TaskWatchers(limits.maxWaiters);
    this.#watching = { store, watchers: this.#watchers, deadlines };
    this.#alarm = new DueAlarm(clock);
    this.#reports = new LeaseReports({ store, limits, clock, random });
    this.#dispatch = new WorkDispatch({
      store,
      limits,
      clock,
      deadlines,
      peerId,
      peers: this.#peers,
      onClaimed: (task) => this.#announce(task),
      onScheduled: () => this.#alarm.pokeBefore(this.#dispatch.nextDueMs),
      onUnnoted: (atMs) => this.#alarm.advanceTo(atMs),
    });
    // What the store holds from an earlier life is looked at first.
    this.#alarm.advanceTo(this.#nowMs());
  }

  async submit(input: LocalSubmitTask, options: CallOptions = {}): Promise<SubmittedTask> {
    options.signal?.throwIfAborted();
    const newTask = toNewTask(input, { nowMs: this.#nowMs(), limits: this.limits });
    const { task, created } = await this.#store.insert(newTask);
    if (created) this.#announce(task);
    return { taskId: task.id, peerId: this.peerId, created };
  }

  async submitMany(
    inputs: readonly LocalSubmitTask[],
    options: CallOptions = {},
  ): Promise<readonly PromiseSettledResult<SubmittedTask>[]> {
    options.signal?.throwIfAborted();
    this.#checkBatch("submit tasks", inputs);
    // All of them reach the store in one turn of the event loop, and so share one transaction.
    return await Promise.allSettled(inputs.map((input) => this.submit(input)));
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

  wait(input: WaitForTask, { signal }: CallOptions = {}): Promise<Task | undefined> {
    return waitForTask(input, this.#watching, signal);
  }

  watch(input: LocalWatchTask, { signal }: CallOptions = {}): Promise<WatchedTask | undefined> {
    return watchTask(input, this.#watching, signal);
  }

  claim(input: LocalClaimWork, { signal }: CallOptions = {}): Promise<readonly Task[]> {
    return this.#dispatch.claim(input, signal);
  }

  async renew(input: LocalRenewWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    const task = await this.#reports.renew(input);
    this.#watchers.publish(task);
    return task;
  }

  async finish(input: LocalFinishWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    return this.#announceEnd(await this.#reports.finish(input));
  }

  async finishMany(
    inputs: readonly LocalFinishWork[],
    options: CallOptions = {},
  ): Promise<readonly PromiseSettledResult<Task>[]> {
    options.signal?.throwIfAborted();
    this.#checkBatch("finish tasks", inputs);
    return await Promise.allSettled(inputs.map((input) => this.finish(input)));
  }

  async release(input: LocalReleaseWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    return this.#announceEnd(await this.#reports.release(input));
  }

  async cancel(input: CancelWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    return this.#announceEnd(await this.#store.cancel({ ...input, nowMs: this.#nowMs() }));
  }

  async retry(input: RetryWork, options: CallOptions = {}): Promise<Task> {
    options.signal?.throwIfAborted();
    const { taskId, deadlineMs } = input;
    const nowMs = this.#nowMs();
    const deadlineAtMs = deadlineMs === undefined
      ? null
      : nowMs + new Checks("retry task").duration("deadlineMs", deadlineMs);
    return this.#announce(await this.#store.retry({ taskId, nowMs, deadlineAtMs }));
  }

  async heartbeat(input: LocalHeartbeatPeer, options: CallOptions = {}): Promise<JsonObject> {
    options.signal?.throwIfAborted();
    const { peerId: hint = "", claimer = this.peerId, clock, lease } = input;
    const nowMs = this.#nowMs();
    this.#peers.noteHeartbeat(claimer, hint, nowMs);
    if (clock !== undefined) this.#shownClock.merge(clock);
    const task = lease === undefined ? undefined : await this.renew(toRenewal(lease));
    return {
      peer: hint || claimer,
      scheduler: toWireScheduler(this.#shownClock.toJson(), this.#recentPeers(nowMs)),
      ...(task !== undefined && { lease: toWireLease(task) }),
    };
  }

  async counts(options: CallOptions = {}): Promise<QueueCounts> {
    options.signal?.throwIfAborted();
    const store = this.#store;
    const [total, byType] = await Promise.all([
      store.counts(),
      store.countsByType(MAX_COUNTED_TYPES),
    ]);
    return { total, byType };
  }

  async status(options: StatusOptions = {}): Promise<QueueStatus> {
    options.signal?.throwIfAborted();
    const { taskTypes, models = [], session = "", ...said } = this.#capabilities();
    const { program, reachability } = said;
    const nowMs = this.#nowMs();
    const status = {
      ...{ peerId: this.peerId, taskTypes, models, session, timeMs: nowMs },
      ...(program !== undefined && { program }),
      ...(reachability !== undefined && { reachability }),
    };
    if (options.detail !== true) return status;
    const counts = await this.counts();
    const detail = toWireDetail({
      taskTypes,
      counts,
      clock: this.#shownClock.toJson(),
      peers: this.#recentPeers(nowMs),
      members: this.#dispatch.members(nowMs),
    });
    return { ...status, counts: counts.total, detail };
  }

  claimers(): readonly Claimer[] {
    return this.#recentPeers(this.#nowMs()).filter(({ lastClaimMs }) => lastClaimMs > -Infinity);
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
      await this.#dispatch.wakeForUnnoted();
      return { expired, pruned };
    } catch (error) {
      this.#alarm.advanceTo(nowMs);
      throw error;
    }
  }

  async waitUntilDue(options: CallOptions = {}): Promise<void> {
    for (;;) {
      options.signal?.throwIfAborted();
      const nowMs = this.#clock.now();
      this.#dispatch.runDue(nowMs);
      if (this.#alarm.dueMs <= nowMs) return;
      await this.#alarm.waitUntil(this.#dispatch.nextDueMs, options.signal);
    }
  }

  async #expire(nowMs: number): Promise<number> {
    const expired = await this.#store.expire({
      nowMs,
      limit: SWEEP_BATCH,
      backoffMs: (attempt) => this.#reports.backoffMs(attempt),
    });
    for (const task of expired) {
      const hasLostLease = task.failures.at(-1)?.code === "lease_expired";
      if (hasLostLease) this.#dispatch.distrust(task.assignedWorker ?? "");
    }
    for (const task of expired) this.#announceEnd(task);
    return expired.length;
  }

  /** Tell everyone concerned that a task has changed, which may have run before. */
  #announceEnd(task: Task): Task {
    this.#announce(task);
    if (this.limits.maxRunningByType.has(task.type)) this.#dispatch.offerType(task.type);
    return task;
  }

  /** Tell everyone concerned that a task has changed. */
  #announce(task: Task): Task {
    this.#watchers.publish(task);
    if (task.lease !== null) this.#alarm.advanceTo(task.lease.untilMs);
    if (task.status === "queued") {
      this.#dispatch.offer(toOffer(task), this.#nowMs());
      if (task.deadlineAtMs !== null) this.#alarm.advanceTo(task.deadlineAtMs);
    } else {
      this.#dispatch.withdraw(task.id);
    }
    return task;
  }

  #recentPeers(nowMs: number) {
    const peers = this.#peers.list(nowMs, MAX_LISTED_PEERS);
    return peers.filter(({ peerId }) => peerId !== this.peerId);
  }

  #checkBatch(action: string, inputs: readonly unknown[]): void {
    const range = { min: 0, max: this.limits.maxBatch };
    new Checks(action).integer("number of items", inputs.length, range);
  }

  #nowMs(): number {
    return Math.round(this.#clock.now());
  }
}

function toRenewal({ token, taskId, worker }: HeldLease): LocalRenewWork {
  const id = taskId ?? parseLeaseToken(token)?.taskId;
  if (id !== undefined) return { taskId: id, token, worker };
  throw new InvalidTaskError("renew lease", "neither a task nor a token that names one is given");
}
