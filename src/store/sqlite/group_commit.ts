import { setImmediate } from "node:timers";
import { StoreClosedError } from "../errors.ts";
import type { Database } from "./database.ts";
import { toStoreError } from "./to_store_error.ts";

/** More than this in one transaction would keep the event loop for too long. */
const MAX_BATCH = 1_000;
/** As many share a commit in any case. */
const MIN_BATCH = 32;
/** So many times the cost of its commit is what a batch costs apart from it, if there is enough to do. */
const WORK_PER_COMMIT = 4;
/** Weight of the newest batch in the averages. */
const SMOOTHING = 0.2;

/** One operation on its way to the disk. */
interface PendingWrite {
  /** Does it; keeps its value. */
  execute(): void;
  /** Tells the caller of the value, once that is durable. */
  acknowledge(): void;
  reject(error: unknown): void;
}

/**
 * Runs all write operations that are requested in one turn of the event loop in one transaction, so
 * that they share the cost of one durable commit. Each is atomic by itself: one that fails is undone
 * alone. Callers hear of success after the commit.
 *
 * Where a commit is cheap, a large batch is divided, so that the first callers go on while the others'
 * operations are done; where it is dear, as on a slow disk, all share it.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #pending: PendingWrite[] = [];
  #scheduled = false;
  #closed = false;
  #operationMs = 0;
  #commitMs = 0;

  /** @param database Where to write. */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Run an operation in the transaction of this turn.
   *
   * @param operation Reads and writes the database; may run again if the transaction was lost.
   * @returns Its value, once that is durable.
   */
  write<T>(operation: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosedError(this.#database.path));
    return new Promise((resolve, reject) => {
      let settle = () => {};
      this.#pending.push({
        execute() {
          const value = operation();
          settle = () => resolve(value);
        },
        acknowledge: () => settle(),
        reject: (error) => reject(toStoreError(error, this.#database.path)),
      });
      this.#schedule();
    });
  }

  /** Do what was requested before, then refuse. */
  close(): void {
    this.#closed = true;
    while (this.#pending.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#pending.length > 0) this.#flush();
      // One turn later than it could be: what the callers do with their news comes first.
      if (this.#pending.length > 0) setImmediate(() => this.#schedule());
    });
  }

  #flush(): void {
    const batch = this.#pending.splice(0, this.#batchSize());
    if (this.#commit(batch, { isApart: false })) return;
    // One failed half done, and took the others with it. Savepoints keep them apart, at a price.
    if (this.#commit(batch, { isApart: true })) return;
    // An error such as a full disk ended the transaction of all: each gets one of its own.
    for (const write of batch) this.#commit([write], { isApart: true });
  }

  #batchSize(): number {
    if (this.#pending.length <= MIN_BATCH || this.#closed) return MAX_BATCH;
    const worthwhile = Math.ceil(WORK_PER_COMMIT * this.#commitMs / this.#operationMs);
    return Math.min(MAX_BATCH, Math.max(MIN_BATCH, worthwhile || MAX_BATCH));
  }

  #measure(operations: number, { workMs, commitMs }: { workMs: number; commitMs: number }): void {
    if (operations === 0) return;
    this.#operationMs += SMOOTHING * (workMs / operations - this.#operationMs);
    this.#commitMs += SMOOTHING * (commitMs - this.#commitMs);
  }

  /**
   * Run one transaction and tell the callers.
   *
   * @returns `false` if one operation spoilt it for others: nothing was done, nobody told.
   */
  #commit(batch: readonly PendingWrite[], { isApart }: { readonly isApart: boolean }): boolean {
    const settlements: (() => void)[] = [];
    const startMs = performance.now();
    try {
      this.#database.run("BEGIN IMMEDIATE");
      for (const write of batch) {
        const settle = isApart ? this.#executeApart(write) : this.#execute(write);
        const isLost = !this.#database.isTransaction && batch.length > 1;
        if (settle === undefined || isLost) {
          this.#assertRolledBack();
          return false;
        }
        settlements.push(settle);
      }
      const workedMs = performance.now();
      if (this.#database.isTransaction) this.#database.run("COMMIT");
      const commitMs = performance.now() - workedMs;
      this.#measure(batch.length, { workMs: workedMs - startMs, commitMs });
    } catch (error) {
      const reason = this.#rollBack() ?? error;
      for (const write of batch) write.reject(reason);
      return true;
    }
    for (const settle of settlements) settle();
    return true;
  }

  /** Returns what to tell the caller after the commit; `undefined` if it failed half done. */
  #execute(write: PendingWrite): (() => void) | undefined {
    const { writeCount } = this.#database;
    try {
      write.execute();
    } catch (error) {
      if (this.#database.writeCount !== writeCount) return undefined;
      return () => write.reject(error);
    }
    return () => write.acknowledge();
  }

  /** The same; what it did is undone if it failed. */
  #executeApart(write: PendingWrite): () => void {
    this.#database.run("SAVEPOINT operation");
    try {
      write.execute();
    } catch (error) {
      if (this.#database.isTransaction) {
        this.#database.run("ROLLBACK TO operation");
        this.#database.run("RELEASE operation");
      }
      return () => write.reject(error);
    }
    this.#database.run("RELEASE operation");
    return () => write.acknowledge();
  }

  #assertRolledBack(): void {
    const error = this.#rollBack();
    if (error !== undefined) throw error;
  }

  /** Returns what went wrong with it, if anything. */
  #rollBack(): unknown {
    try {
      if (this.#database.isTransaction) this.#database.run("ROLLBACK");
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
