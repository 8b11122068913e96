import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { StoreClosedError } from "../../../../src/store/mod.ts";
import { Database } from "../../../../src/store/sqlite/database.ts";
import { GroupCommit } from "../../../../src/store/sqlite/group_commit.ts";

/** A database that remembers what it was told. */
class SpyDatabase extends Database {
  readonly statements: string[] = [];
  /** How long a commit takes, as on a slow disk. */
  commitMs = 0;

  override all(sql: string, parameters = {}) {
    this.statements.push(sql);
    return super.all(sql, parameters);
  }

  override run(sql: string, parameters = {}) {
    this.statements.push(sql);
    const untilMs = performance.now() + (sql === "COMMIT" ? this.commitMs : 0);
    while (performance.now() < untilMs);
    return super.run(sql, parameters);
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
  // One transaction that it spoilt, and one that keeps it apart from the others.
  assert.equal(database.statements.filter((sql) => sql === "BEGIN IMMEDIATE").length, 2);
  database.close();
});

Deno.test("GroupCommit starts nothing over for an operation that fails before it writes", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  let runs = 0;
  const results = await Promise.allSettled([
    commits.write(() => {
      runs++;
      return insertNumber(database, 1);
    }),
    commits.write(() => {
      numbersIn(database);
      database.run("DELETE FROM numbers WHERE n = 99");
      throw new Error("no");
    }),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected"]);
  assert.equal(runs, 1);
  assert.ok(!database.statements.some((sql) => sql.startsWith("SAVEPOINT")));
  database.close();
});

Deno.test("GroupCommit undoes an operation whose statement fails half done", async () => {
  const database = openSpy();
  const commits = new GroupCommit(database);
  const insertTwo = (n: number) => () =>
    database.run("INSERT OR FAIL INTO numbers VALUES (?), (?)", [n, 1]);
  const results = await Promise.allSettled([
    commits.write(() => insertNumber(database, 1)),
    commits.write(insertTwo(2)),
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
  const commitCount = database.statements.filter((text) => text === "COMMIT").length;
  assert.ok(commitCount >= 3 && commitCount <= 2_500 / 32 + 1, `${commitCount} commits`);
  database.close();
});

Deno.test("GroupCommit has as many operations as possible share a commit that is dear", async () => {
  const database = openSpy();
  database.commitMs = 20;
  const commits = new GroupCommit(database);
  const writes = Array.from({ length: 2_500 }, (_, n) => {
    return commits.write(() => insertNumber(database, n));
  });
  await Promise.all(writes);
  const commitCount = database.statements.filter((text) => text === "COMMIT").length;
  assert.ok(commitCount <= 6, `${commitCount} commits`);
  database.close();
});
