import { StoreClosedError } from "../errors.ts";
import type { Database } from "./database.ts";
import { GroupCommit } from "./group_commit.ts";
import { toStoreError } from "./to_store_error.ts";

/** How a store gets at its database: reads at once, writes together, and nothing once it is closed. */
export class StoreAccess implements AsyncDisposable {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  #closed = false;

  /** @param database The store's database; closed with this. */
  constructor(database: Database) {
    this.#database = database;
    this.#commits = new GroupCommit(database);
  }

  /**
   * Run a query. Between two turns the database holds only what is committed, so it needs no
   * transaction.
   */
  read<T>(query: (database: Database) => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new StoreClosedError(this.#database.path);
      try {
        resolve(query(this.#database));
      } catch (error) {
        throw toStoreError(error, this.#database.path);
      }
    });
  }

  /** Run an operation in the transaction of this turn. */
  write<T>(operation: (database: Database) => T): Promise<T> {
    return this.#commits.write(() => operation(this.#database));
  }

  /** Do what was requested before, then close the database. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve().then(() => {
      if (this.#closed) return;
      this.#closed = true;
      this.#commits.close();
      this.#database.close();
    });
  }
}
