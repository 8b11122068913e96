import { type JsonObject, toJson } from "../../codec/mod.ts";
import {
  isTerminal,
  type LogEntry,
  type Task,
  TASK_STATUSES,
  TaskNotFoundError,
} from "../../task/mod.ts";
import type {
  CancelTask,
  ClaimTasks,
  ExpireTasks,
  FinishAttempt,
  InsertedTask,
  LogQuery,
  NewTask,
  PruneTasks,
  ReleaseLease,
  RenewLease,
  RetryTask,
  StatusCounts,
  TaskQuery,
  TaskStore,
} from "../task_store.ts";
import {
  assertSameWork,
  cancelTask,
  ClaimFilter,
  createRecord,
  expireTask,
  finishAttempt,
  hasAffinity,
  isClaimable,
  isFor,
  isLogTooLong,
  isOverdue,
  logBytesOf,
  releaseLease,
  renewLease,
  retryTask,
  startAttempt,
  type TaskRecord,
  toLogEntries,
} from "../transition/mod.ts";
import { MemorySteps } from "./memory_steps.ts";

/**
 * Create a store that forgets everything with the process. For tests and throw-away nodes: it looks
 * through all tasks in most operations.
 *
 * @returns The store.
 */
export function createMemoryTaskStore(): TaskStore {
  return new MemoryTaskStore();
}

class MemoryTaskStore implements TaskStore {
  /** In order of submission, which is what the order of a Map's keys is. */
  readonly #records = new Map<string, TaskRecord>();
  /** Task id by idempotency key. */
  readonly #byKey = new Map<string, string>();
  /** The lines that are kept, by task id. */
  readonly #logs = new Map<string, LogEntry[]>();
  readonly #steps = new MemorySteps();

  insert(input: NewTask): Promise<InsertedTask> {
    return this.#steps.run(() => {
      const known = this.#findSame(input);
      if (known !== undefined) return { task: known, created: false };
      const { id, idempotencyKey: key } = input;
      const record = createRecord({ ...input, payload: copyOf(input.payload) });
      this.#records.set(id, record);
      if (key !== null) this.#byKey.set(key, id);
      return { task: record.task, created: true };
    });
  }

  get(taskId: string): Promise<Task | undefined> {
    return this.#steps.run(() => this.#records.get(taskId)?.task);
  }

  list(query: TaskQuery): Promise<readonly Task[]> {
    return this.#steps.run(() => {
      const { status, types = [], limit, afterTaskId } = query;
      let tasks = this.#tasks();
      if (afterTaskId !== undefined) {
        const after = this.#record(afterTaskId).task;
        tasks = tasks.slice(tasks.indexOf(after) + 1);
      }
      return tasks
        .filter((task) => status === undefined || task.status === status)
        .filter((task) => types.length === 0 || types.includes(task.type))
        .slice(0, limit);
    });
  }

  claim(claim: ClaimTasks): Promise<readonly Task[]> {
    return this.#steps.run(() => {
      const tasks = this.#tasks();
      const filter = new ClaimFilter(claim, (type) => {
        return tasks.filter((task) => task.type === type && task.status === "running").length;
      });
      return tasks
        .filter((task) => isClaimable(task, claim.nowMs) && isFor(task, claim))
        .filter((task) => !filter.isFull(task.type))
        .sort((a, b) => b.priority - a.priority)
        .filter(takeUpTo(claim.limit, filter))
        .map((task) => this.#change(task.id, (record) => startAttempt(record, claim)));
    });
  }

  renew(renewal: RenewLease): Promise<Task> {
    return this.#steps.run(() => {
      const { taskId, logs = [], nowMs } = renewal;
      const { task: { logCount } } = this.#record(taskId);
      const task = this.#change(taskId, (record) => renewLease(record, renewal));
      if (task.logCount > logCount) {
        this.#appendLog(taskId, toLogEntries(logs, { logCount, nowMs }));
      }
      return task;
    });
  }

  finish(finish: FinishAttempt): Promise<Task> {
    return this.#steps.run(() =>
      this.#change(finish.taskId, (record) => finishAttempt(record, finish))
    );
  }

  release(release: ReleaseLease): Promise<Task> {
    return this.#steps.run(() =>
      this.#change(release.taskId, (record) => releaseLease(record, release))
    );
  }

  cancel(cancellation: CancelTask): Promise<Task> {
    return this.#steps.run(() =>
      this.#change(cancellation.taskId, (record) => cancelTask(record, cancellation))
    );
  }

  retry(retry: RetryTask): Promise<Task> {
    return this.#steps.run(() => this.#change(retry.taskId, (record) => retryTask(record, retry)));
  }

  logs({ taskId, afterSeq, limit }: LogQuery): Promise<readonly LogEntry[]> {
    return this.#steps.run(() => {
      const { task } = this.#record(taskId);
      const kept = this.#logs.get(task.id) ?? [];
      return kept.filter(({ seq }) => seq > afterSeq).slice(0, limit);
    });
  }

  expire(sweep: ExpireTasks): Promise<readonly Task[]> {
    return this.#steps.run(() =>
      this.#tasks()
        .filter((task) => isOverdue(task, sweep.nowMs))
        .slice(0, sweep.limit)
        .map((task) => this.#change(task.id, (record) => expireTask(record, sweep)))
    );
  }

  nextDueMs(nowMs: number): Promise<number | null> {
    return this.#steps.run(() => {
      const dueTimes = this.#tasks().flatMap((task) => dueTimesOf(task, nowMs));
      return dueTimes.length === 0 ? null : Math.min(...dueTimes);
    });
  }

  counts(): Promise<StatusCounts> {
    return this.#steps.run(() => countByStatus(this.#tasks()));
  }

  countsByType(limit: number): Promise<ReadonlyMap<string, StatusCounts>> {
    return this.#steps.run(() => {
      const byType = Map.groupBy(this.#tasks(), ({ type }) => type);
      const types = [...byType.keys()].sort().slice(0, limit);
      return new Map(types.map((type) => [type, countByStatus(byType.get(type) ?? [])]));
    });
  }

  prune(prune: PruneTasks): Promise<number> {
    return this.#steps.run(() => {
      const stale = this.#tasks()
        .filter((task) => isTerminal(task.status) && task.updatedAtMs < prune.beforeMs)
        .slice(0, prune.limit);
      for (const { id, idempotencyKey } of stale) {
        this.#records.delete(id);
        this.#logs.delete(id);
        if (idempotencyKey !== null) this.#byKey.delete(idempotencyKey);
      }
      return stale.length;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#steps.close();
  }

  #tasks(): Task[] {
    return Array.from(this.#records.values(), ({ task }) => task);
  }

  #record(taskId: string): TaskRecord {
    const record = this.#records.get(taskId);
    if (record === undefined) throw new TaskNotFoundError(taskId);
    return record;
  }

  #findSame(input: NewTask): Task | undefined {
    const { id, isIdChosen, idempotencyKey: key } = input;
    const byKey = key === null ? undefined : this.#byKey.get(key);
    const known = this.#records.get(byKey ?? id)?.task;
    if (known === undefined) return undefined;
    if (byKey === undefined && !isIdChosen) {
      throw new RangeError(`Cannot insert task as its id is taken: task "${id}"`);
    }
    assertSameWork(input, known);
    return known;
  }

  #appendLog(taskId: string, entries: readonly LogEntry[]): void {
    const kept = [...this.#logs.get(taskId) ?? [], ...entries];
    let bytes = kept.reduce((sum, entry) => sum + logBytesOf(entry), 0);
    let dropped = 0;
    for (const entry of kept) {
      if (!isLogTooLong({ lines: kept.length - dropped, bytes })) break;
      bytes -= logBytesOf(entry);
      dropped++;
    }
    this.#logs.set(taskId, kept.slice(dropped));
  }

  #change(taskId: string, transition: (record: TaskRecord) => TaskRecord): Task {
    const changed = transition(this.#record(taskId));
    const { progress, result } = changed.task;
    const task = { ...changed.task, progress: copyOf(progress), result: copyOf(result) };
    this.#records.set(taskId, { ...changed, task });
    return task;
  }
}

/** The value as a store on disk would give it back: nobody else holds a reference into it. */
function copyOf<T extends JsonObject | null>(value: T): T {
  return JSON.parse(toJson(value));
}

/** A filter that lets through what the claim gets. */
function takeUpTo(limit: number, filter: ClaimFilter): (task: Task) => boolean {
  let room = limit;
  return ({ id, type, model, notBeforeMs: readyAtMs }) => {
    if (room < 1 || filter.isExhausted) return false;
    const isTaken = filter.take({ id, type, model, readyAtMs });
    if (isTaken) room--;
    return isTaken;
  };
}

function countByStatus(tasks: readonly Task[]): StatusCounts {
  const countOf = (status: Task["status"]) => tasks.filter((task) => task.status === status).length;
  const [queued = 0, running = 0, completed = 0, failed = 0, cancelled = 0] = TASK_STATUSES
    .map(countOf);
  return { queued, running, completed, failed, cancelled };
}

function dueTimesOf(task: Task, nowMs: number): readonly number[] {
  if (isTerminal(task.status)) return [];
  const isQueued = task.status === "queued";
  const isDelayed = task.notBeforeMs > nowMs;
  const { affinity } = task;
  return [
    ...(task.lease === null ? [] : [task.lease.untilMs]),
    ...(task.deadlineAtMs === null ? [] : [task.deadlineAtMs]),
    ...(isQueued && isDelayed ? [task.notBeforeMs] : []),
    ...(isQueued && !isDelayed && affinity !== null && hasAffinity(task, nowMs)
      ? [affinity.untilMs]
      : []),
  ];
}
