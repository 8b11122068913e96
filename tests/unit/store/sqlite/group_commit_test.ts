import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { StoreBusyError, StoreClosedError, StoreFullError } from "../../../../src/store/mod.ts";
import { Database } from "../../../../src/store/sqlite/database.ts";
import { GroupCommit } from "../../../../src/store/sqlite/group_commit.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../task_store_conformance.ts";
import { withDirectory } from "./with_directory.ts";

const BUSY_TIMEOUT_MS = 10;

/** A database that remembers what it was told. */
class SpyDatabase extends Database {
  readonly statements: string[] = [];

  override all(sql: string, parameters = {}) {
    this.statements.push(sql);
    return super.all(sql, parameters);
  }
}

function openSpy(): SpyDatabase {
  const database = new SpyDatabase(new DatabaseSync(":memory:"), ":memory:");
  database.exec("CREATE TABLE numbers (n INTEGER UNIQUE) STRICT");
  return database;
}

const insertNumber = (database: Database, n: number) =>
  database.all("INSERT INTO numbers VALUES (:n) RETURNING n", { n })[0]?.["n"];

const numbersIn = (database: Database) =>
  database.all("SELECT n FROM numbers ORDER BY n").map((row) => row["n"]);

Deno.test("GroupCommit runs all operations of one turn in one transaction", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const writes = [1, 2, 3].map((n) => commits.write(() => insertNumber(database, n)));
  assert.deepEqual(await Promise.all(writes), [1, 2, 3]);
  const counts = (sql: string) => database.statements.filter((text) => text === sql).length;
  assert.equal(counts("BEGIN IMMEDIATE"), 1);
  assert.equal(counts("COMMIT"), 1);
  database.close();
});

Deno.test("GroupCommit undoes a failing operation alone", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const results = await Promise.allSettled([
    commits.write(() => insertNumber(database, 1)),
    commits.write(() => {
      insertNumber(database, 2);
      throw new Error("no");
    }),
    commits.write(() => insertNumber(database, 3)),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(numbersIn(database), [1, 3]);
  database.close();
});

Deno.test("GroupCommit acknowledges nothing before the commit", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  let sawCommit = false;
  const write = commits.write(() => insertNumber(database, 1)).then(() => {
    sawCommit = database.statements.includes("COMMIT");
  });
  await write;
  assert.ok(sawCommit);
  database.close();
});

Deno.test("GroupCommit rejects all operations when the commit fails", async () => {
  const database = openSpy();
  database.exec(`
    PRAGMA foreign_keys = ON;
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (id REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
  `);
  const commits = new GroupCommit(database);
  const results = await Promise.allSettled([
    commits.write(() => insertNumber(database, 1)),
    commits.write(() => database.all("INSERT INTO children VALUES (7)")),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "rejected"]);
  assert.deepEqual(numbersIn(database), []);
  assert.equal(await commits.write(() => insertNumber(database, 2)), 2);
  database.close();
});

Deno.test("GroupCommit starts over one by one when an operation ends the transaction", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const results = await Promise.allSettled([
    commits.write(() => insertNumber(database, 1)),
    commits.write(() => {
      insertNumber(database, 2);
      database.exec("ROLLBACK");
      throw new Error("as a full disk does");
    }),
    commits.write(() => insertNumber(database, 3)),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(numbersIn(database), [1, 3]);
  database.close();
});

Deno.test("GroupCommit does at its closing what was requested before", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const write = commits.write(() => insertNumber(database, 1));
  commits.close();
  assert.deepEqual(numbersIn(database), [1]);
  assert.equal(await write, 1);
  await assert.rejects(commits.write(() => 1), StoreClosedError);
  database.close();
});

Deno.test("GroupCommit does more operations than fit into one turn", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const writes = Array.from({ length: 2_500 }, (_, n) => {
    return commits.write(() => insertNumber(database, n));
  });
  assert.equal((await Promise.all(writes)).length, 2_500);
  assert.equal(database.statements.filter((text) => text === "COMMIT").length, 3);
  database.close();
});

Deno.test("SqliteTaskStore is busy while another connection writes, and recovers", () =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path, busyTimeoutMs: BUSY_TIMEOUT_MS });
    {
      using other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE");
      await assert.rejects(store.insert(newTask()), StoreBusyError);
      assert.equal((await store.counts()).queued, 0);
    }
    assert.equal((await store.insert(newTask())).created, true);
  }));

async function fillUp(store: TaskStore): Promise<number> {
  const payload = { text: "x".repeat(50_000) };
  for (let count = 0; count < 100; count++) {
    try {
      await store.insert(newTask({ payload }));
    } catch (error) {
      assert.ok(error instanceof StoreFullError, String(error));
      return count;
    }
  }
  throw new Error("the store was never full");
}

Deno.test("SqliteTaskStore says that it is full, keeps what it has, and can be pruned", () =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path, maxBytes: 1_000_000 });
    const inserted = await fillUp(store);
    assert.equal((await store.counts()).queued, inserted);
    const tasks = await store.list({ limit: 100 });
    const payload = { text: "x".repeat(50_000) };
    const results = await Promise.allSettled([
      ...tasks.map(({ id }) => store.cancel({ taskId: id, nowMs: 1, reason: "full" })),
      store.insert(newTask({ payload })),
    ]);
    assert.equal(results.at(-1)?.status, "rejected");
    assert.ok(results.slice(0, -1).every(({ status }) => status === "fulfilled"));
    assert.equal(await store.prune({ beforeMs: 2, limit: 100 }), inserted);
    assert.equal((await store.insert(newTask({ payload }))).created, true);
  }));
