import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers";

/** Inserts tasks; what is asked for in one turn of the event loop is one durable transaction. */
export interface BareGroupCommit extends Disposable {
  /** Insert a task under a new id; resolves when it is durable. */
  insert(): Promise<void>;
}

/**
 * Insert into the store's own table, with its indexes and triggers, without the store.
 *
 * @param path A closed store that holds one task, the pattern for what is inserted.
 */
export function openStoreTable(path: string): BareGroupCommit {
  const database = openDatabase(path);
  const pattern = Object.entries(database.prepare("SELECT * FROM tasks").get() ?? {})
    .filter(([column, value]) => value !== null && column !== "seq" && column !== "id");
  const columns = pattern.map(([column]) => column);
  // By position: binding by name takes about twice as long.
  const insert = database.prepare(
    `INSERT INTO tasks (id, ${columns}) VALUES (?, ${columns.map(() => "?")})`,
  );
  const values = pattern.map(([, value]) => value);
  return groupCommit(database, (id) => insert.run(id, ...values));
}

/**
 * Insert into the least table that can be a queue: a unique id, one index to claim by, and a row of
 * the same payload.
 *
 * @param path A file that is not there yet.
 * @param payload The payload of each task.
 */
export function openPlainTable(path: string, payload: string): BareGroupCommit {
  const database = openDatabase(path);
  database.exec(`CREATE TABLE tasks (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT, status TEXT, priority INTEGER,
      created_at_ms INTEGER, payload TEXT
    ) STRICT;
    CREATE INDEX tasks_queued ON tasks (type, priority DESC, seq) WHERE status = 'queued'`);
  const insert = database.prepare(
    `INSERT INTO tasks (id, type, status, priority, created_at_ms, payload)
      VALUES (?, 'bench.0', 'queued', 5, ?, ?)`,
  );
  return groupCommit(database, (id) => insert.run(id, Date.now(), payload));
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536");
  return database;
}

function groupCommit(database: DatabaseSync, insert: (id: string) => void): BareGroupCommit {
  const [begin, commit] = [database.prepare("BEGIN IMMEDIATE"), database.prepare("COMMIT")];
  let pending: (() => void)[] = [];
  const flush = (): void => {
    const batch = pending;
    pending = [];
    begin.run();
    for (let count = 0; count < batch.length; count++) insert(randomBytes(16).toString("hex"));
    commit.run();
    for (const resolve of batch) resolve();
  };
  return {
    insert() {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (pending.push(resolve) === 1) setImmediate(flush);
      return promise;
    },
    [Symbol.dispose]: () => database.close(),
  };
}
