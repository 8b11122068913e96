import type { LogEntry, Task } from "../../task/mod.ts";
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
import type { Database } from "./database.ts";
import { openDatabase } from "./open_database.ts";
import { cancel } from "./ops/cancel.ts";
import { claim } from "./ops/claim.ts";
import { counts, countsByType } from "./ops/counts.ts";
import { expire } from "./ops/expire.ts";
import { finish } from "./ops/finish.ts";
import { get } from "./ops/get.ts";
import { insert } from "./ops/insert.ts";
import { list } from "./ops/list.ts";
import { logs } from "./ops/logs.ts";
import { nextDueMs } from "./ops/next_due.ts";
import { prune } from "./ops/prune.ts";
import { release } from "./ops/release.ts";
import { renew } from "./ops/renew.ts";
import { retry } from "./ops/retry.ts";
import { StoreAccess } from "./store_access.ts";

/** How a store is opened. */
export interface SqliteTaskStoreOptions {
  /** The file. Created, readable by its owner only, if it is not there; its directory must be. */
  readonly path: string;
  /**
   * How long to wait for another process to let go of the file. The event loop stands still
   * meanwhile. @default {2000}
   */
  readonly busyTimeoutMs?: number | undefined;
  /** The file does not grow beyond this size. @default {undefined} as large as the disk allows */
  readonly maxBytes?: number | undefined;
}

/**
 * Open a durable task store in a SQLite file. No other process, and nobody else in this one, can open
 * the file until it is closed. What a promise of it reported survives `kill -9` and
 * a power cut. All changes requested in one turn of the event loop share one commit.
 *
 * @param options The file and its limits.
 * @returns The store, to be disposed.
 * @throws {StoreOpenError} If the file is damaged, locked, unreadable, or of a later release.
 * @throws {StoreFullError} If there is no room for an empty store.
 * @throws {RangeError} If a limit is no whole number.
 *
 * @example Submit and claim
 * ```ts
 * import { openSqliteTaskStore } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   await using store = openSqliteTaskStore({ path: `${directory}/queue.db` });
 *   await store.insert({
 *     id: "0123456789abcdef0123456789abcdef",
 *     isIdChosen: false,
 *     type: "tool.call",
 *     model: "",
 *     payload: { tool: "echo" },
 *     priority: 5,
 *     maxAttempts: 3,
 *     nowMs: 0,
 *     notBeforeMs: 0,
 *     deadlineAtMs: null,
 *     idempotencyKey: null,
 *     requires: [],
 *     affinity: null,
 *   });
 *   const [task] = await store.claim({
 *     worker: "worker-1",
 *     types: ["tool.call"],
 *     offers: [],
 *     session: null,
 *     limit: 1,
 *     nowMs: 1_000,
 *     leaseMs: 60_000,
 *     isFenced: true,
 *     maxRunningByType: new Map(),
 *     mayTake: undefined,
 *   });
 *   assert.equal(task?.lease?.untilMs, 61_000);
 * }
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export function openSqliteTaskStore(options: SqliteTaskStoreOptions): TaskStore {
  return new SqliteTaskStore(openDatabase({ ...options, isExclusive: true }));
}

class SqliteTaskStore implements TaskStore {
  readonly #access: StoreAccess;

  constructor(database: Database) {
    this.#access = new StoreAccess(database);
  }

  insert(task: NewTask): Promise<InsertedTask> {
    return this.#access.write((database) => insert(database, task));
  }

  get(taskId: string): Promise<Task | undefined> {
    return this.#access.read((database) => get(database, taskId));
  }

  list(query: TaskQuery): Promise<readonly Task[]> {
    return this.#access.read((database) => list(database, query));
  }

  claim(wish: ClaimTasks): Promise<readonly Task[]> {
    return this.#access.write((database) => claim(database, wish));
  }

  renew(renewal: RenewLease): Promise<Task> {
    return this.#access.write((database) => renew(database, renewal));
  }

  finish(finishing: FinishAttempt): Promise<Task> {
    return this.#access.write((database) => finish(database, finishing));
  }

  release(handBack: ReleaseLease): Promise<Task> {
    return this.#access.write((database) => release(database, handBack));
  }

  cancel(cancellation: CancelTask): Promise<Task> {
    return this.#access.write((database) => cancel(database, cancellation));
  }

  retry(wish: RetryTask): Promise<Task> {
    return this.#access.write((database) => retry(database, wish));
  }

  logs(query: LogQuery): Promise<readonly LogEntry[]> {
    return this.#access.read((database) => logs(database, query));
  }

  expire(sweep: ExpireTasks): Promise<readonly Task[]> {
    return this.#access.write((database) => expire(database, sweep));
  }

  nextDueMs(): Promise<number | null> {
    return this.#access.read((database) => nextDueMs(database));
  }

  counts(): Promise<StatusCounts> {
    return this.#access.read((database) => counts(database));
  }

  countsByType(limit: number): Promise<ReadonlyMap<string, StatusCounts>> {
    return this.#access.read((database) => countsByType(database, limit));
  }

  prune(limits: PruneTasks): Promise<number> {
    return this.#access.write((database) => prune(database, limits));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#access[Symbol.asyncDispose]();
  }
}
