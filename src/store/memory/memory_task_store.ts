import { type JsonObject, toJson } from "../../codec/mod.ts";
import {
  IdempotencyConflictError,
  isTerminal,
  type Task,
  TaskNotFoundError,
  type TaskStatus,
} from "../../task/mod.ts";
import { StoreClosedError } from "../errors.ts";
import type {
  CancelTask,
  ClaimTasks,
  ExpireTasks,
  FinishAttempt,
  InsertedTask,
  NewTask,
  PruneTasks,
  ReleaseLease,
  RenewLease,
  TaskQuery,
  TaskStore,
} from "../task_store.ts";
import {
  cancelTask,
  createRecord,
  expireTask,
  fingerprintOf,
  finishAttempt,
  isClaimable,
  isOverdue,
  releaseLease,
  renewLease,
  startAttempt,
  type TaskRecord,
} from "../transition/mod.ts";

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
  readonly #byKey = new Map<string, { readonly taskId: string; readonly fingerprint: string }>();
  #closed = false;

  insert(input: NewTask): Promise<InsertedTask> {
    return this.#step(() => {
      const { idempotencyKey: key } = input;
      const fingerprint = fingerprintOf(input);
      const known = key === null ? undefined : this.#byKey.get(key);
      if (key !== null && known !== undefined) {
        if (known.fingerprint !== fingerprint) {
          throw new IdempotencyConflictError(key, known.taskId);
        }
        return { task: this.#record(known.taskId).task, created: false };
      }
      if (this.#records.has(input.id)) {
        throw new RangeError(`Cannot insert task as its id is taken: task "${input.id}"`);
      }
      const record = createRecord({ ...input, payload: copyOf(input.payload) });
      this.#records.set(input.id, record);
      if (key !== null) this.#byKey.set(key, { taskId: input.id, fingerprint });
      return { task: record.task, created: true };
    });
  }

  get(taskId: string): Promise<Task | undefined> {
    return this.#step(() => this.#records.get(taskId)?.task);
  }

  list(query: TaskQuery): Promise<readonly Task[]> {
    return this.#step(() => {
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
    return this.#step(() =>
      this.#tasks()
        .filter((task) => claim.types.includes(task.type) && isClaimable(task, claim.nowMs))
        .sort((a, b) => b.priority - a.priority)
        .slice(0, claim.limit)
        .map((task) => this.#change(task.id, (record) => startAttempt(record, claim)))
    );
  }

  renew(renewal: RenewLease): Promise<Task> {
    return this.#step(() => this.#change(renewal.taskId, (record) => renewLease(record, renewal)));
  }

  finish(finish: FinishAttempt): Promise<Task> {
    return this.#step(() => this.#change(finish.taskId, (record) => finishAttempt(record, finish)));
  }

  release(release: ReleaseLease): Promise<Task> {
    return this.#step(() =>
      this.#change(release.taskId, (record) => releaseLease(record, release))
    );
  }

  cancel(cancellation: CancelTask): Promise<Task> {
    return this.#step(() =>
      this.#change(cancellation.taskId, (record) => cancelTask(record, cancellation))
    );
  }

  expire(sweep: ExpireTasks): Promise<readonly Task[]> {
    return this.#step(() =>
      this.#tasks()
        .filter((task) => isOverdue(task, sweep.nowMs))
        .slice(0, sweep.limit)
        .map((task) => this.#change(task.id, (record) => expireTask(record, sweep)))
    );
  }

  nextDueMs(nowMs: number): Promise<number | null> {
    return this.#step(() => {
      const dueTimes = this.#tasks().flatMap((task) => dueTimesOf(task, nowMs));
      return dueTimes.length === 0 ? null : Math.min(...dueTimes);
    });
  }

  counts(): Promise<Readonly<Record<TaskStatus, number>>> {
    return this.#step(() => {
      const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
      for (const { status } of this.#tasks()) counts[status]++;
      return counts;
    });
  }

  prune(prune: PruneTasks): Promise<number> {
    return this.#step(() => {
      const stale = this.#tasks()
        .filter((task) => isTerminal(task.status) && task.updatedAtMs < prune.beforeMs)
        .slice(0, prune.limit);
      for (const { id, idempotencyKey } of stale) {
        this.#records.delete(id);
        if (idempotencyKey !== null) this.#byKey.delete(idempotencyKey);
      }
      return stale.length;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Runs an operation, which must not wait for anything, so that it is atomic. */
  #step<T>(operation: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new StoreClosedError("memory");
      resolve(operation());
    });
  }

  #tasks(): Task[] {
    return Array.from(this.#records.values(), ({ task }) => task);
  }

  #record(taskId: string): TaskRecord {
    const record = this.#records.get(taskId);
    if (record === undefined) throw new TaskNotFoundError(taskId);
    return record;
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

function dueTimesOf(task: Task, nowMs: number): number[] {
  if (isTerminal(task.status)) return [];
  const isDelayed = task.status === "queued" && task.notBeforeMs > nowMs;
  return [
    ...(task.lease === null ? [] : [task.lease.untilMs]),
    ...(task.deadlineAtMs === null ? [] : [task.deadlineAtMs]),
    ...(isDelayed ? [task.notBeforeMs] : []),
  ];
}
