import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Database } from "../../../../src/store/sqlite/database.ts";

function open(): Database {
  const database = new Database(new DatabaseSync(":memory:"), ":memory:");
  database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT");
  return database;
}

Deno.test("Database takes parameters by name and by position", () => {
  const database = open();
  assert.deepEqual(database.run("INSERT INTO t (text) VALUES (?)", ["a"]), {
    changes: 1,
    lastInsertRowid: 1,
  });
  database.run("INSERT INTO t (text) VALUES (:text)", { text: "b" });
  assert.deepEqual(database.all("SELECT text FROM t WHERE n = :n", { n: 2 })[0]?.["text"], "b");
  assert.deepEqual(database.tuples("SELECT n, text FROM t ORDER BY n", []), [[1, "a"], [2, "b"]]);
  database.close();
});

Deno.test("Database counts what may have changed something, and nothing else", () => {
  const database = open();
  database.run("INSERT INTO t (text) VALUES ('a')");
  const { writeCount } = database;
  database.all("SELECT * FROM t");
  database.tuples("SELECT * FROM t", []);
  database.run("INSERT INTO t (text) VALUES ('a') ON CONFLICT DO NOTHING");
  database.run("DELETE FROM t WHERE n = 99");
  assert.equal(database.writeCount, writeCount);
  const writes = [
    () => database.run("INSERT INTO t (text) VALUES ('b')"),
    () => database.all("UPDATE t SET text = 'c' WHERE n = 1 RETURNING n"),
    () => database.exec("DELETE FROM t"),
    () => assert.throws(() => database.run("INSERT OR FAIL INTO t VALUES (8, 'x'), (9, 'x')")),
  ];
  for (const write of writes) {
    const before = database.writeCount;
    write();
    assert.ok(database.writeCount > before, String(write));
  }
  database.close();
});
