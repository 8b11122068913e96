import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  openSqliteCacheStore,
  openSqliteSessionStore,
} from "../../../../../src/store/sqlite/mod.ts";
import { openDatabase } from "../../../../../src/store/sqlite/open_database.ts";
import { OLDEST, OLDEST_OF_ALL, READ } from "../../../../../src/store/sqlite/session/events.ts";
import { SESSION_SCHEMA } from "../../../../../src/store/sqlite/session/schema.ts";
import { OPEN_STREAMS } from "../../../../../src/store/sqlite/session/streams.ts";
import { say, session, testSessionStore } from "../../session_store_conformance.ts";
import { withDirectory } from "../with_directory.ts";

testSessionStore("SqliteSessionStore", (body) =>
  withDirectory(async (path) => {
    await using store = openSqliteSessionStore({ path });
    await body(store);
  }));

Deno.test("SqliteSessionStore has after a restart what it had before", () =>
  withDirectory(async (path) => {
    {
      await using store = openSqliteSessionStore({ path });
      await store.insert(session("s"));
      await store.saveState("s", '{"n":2}');
      await say(store, { seq: 5, streamId: 5, pending: ["r", 7], data: "first" });
      await say(store, { seq: 6, streamId: 5, pending: [7], data: "second", answers: "r" });
      await store.touch([{ id: "s", usedAtMs: 99 }]);
    }
    await using store = openSqliteSessionStore({ path });
    assert.deepEqual(await store.find("s"), {
      ...session("s", 99),
      state: '{"n":2}',
      lastSeq: 6,
      streams: [{ id: 5, requests: ["r"], pending: [7], lastSeq: 6 }],
    });
    assert.deepEqual(await store.readEvents("s", { streamId: 5, afterSeq: 5, limit: 9 }), [
      { seq: 6, previousSeq: 0, data: "second", answers: "r" },
    ]);
  }));

Deno.test("SqliteSessionStore has kept what it reported when the process ends at once", () =>
  withDirectory(async (path) => {
    await using store = openSqliteSessionStore({ path });
    await store.insert(session("s"));
    await say(store, { seq: 1, data: "said" });
    // Another connection sees what is committed, as the next process would.
    using reader = new DatabaseSync(path);
    const rows = reader.prepare("SELECT data FROM session_events").all();
    assert.deepEqual(rows.map((row) => row["data"]), ["said"]);
  }));

Deno.test("SqliteSessionStore has nothing on disk of sessions that were deleted", () =>
  withDirectory(async (path) => {
    await using store = openSqliteSessionStore({ path });
    await store.insert(session("s"));
    for (let seq = 1; seq <= 10; seq++) await say(store, { seq, streamId: seq % 3 });
    await store.delete(["s"]);
    using reader = new DatabaseSync(path);
    for (const table of ["sessions", "session_streams", "session_events"]) {
      assert.equal(reader.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"], 0, table);
    }
  }));

Deno.test("SqliteSessionStore refuses a second session with the same id", () =>
  withDirectory(async (path) => {
    await using store = openSqliteSessionStore({ path });
    await store.insert(session("s"));
    await assert.rejects(store.insert(session("s")), { code: "store_failed" });
    assert.equal((await store.totals()).sessions, 1);
  }));

Deno.test("SqliteSessionStore uses the room of dropped events again", () =>
  withDirectory(async (path) => {
    const bounds = { maxBytes: 20 * 50_064 };
    {
      await using store = openSqliteSessionStore({ path });
      await store.insert(session("s"));
      for (let seq = 1; seq <= 200; seq++) {
        await say(store, { seq, data: "x".repeat(50_000), bounds });
      }
      assert.equal((await store.totals()).events, 20);
    }
    const { size } = await Deno.stat(path);
    assert.ok(size < 2 * bounds.maxBytes, String(size));
  }));

const QUERIES = [
  { title: "events of a stream", sql: READ, index: "session_events_seq (session=? AND seq>?)" },
  { title: "oldest event of a session", sql: OLDEST, index: "session_events_seq (session=?)" },
  { title: "oldest event of all", sql: OLDEST_OF_ALL, index: "SCAN session_events" },
  { title: "streams of a session", sql: OPEN_STREAMS, index: "PRIMARY KEY (session=?)" },
] as const;

for (const { title, sql, index } of QUERIES) {
  Deno.test(`SqliteSessionStore's query for the ${title} needs no sorting`, () =>
    withDirectory((path) => {
      const database = openDatabase({ path, schema: SESSION_SCHEMA });
      const rows = database.all(`EXPLAIN QUERY PLAN ${sql}`);
      database.close();
      const plan = rows.map((row) => String(row["detail"])).join("; ");
      assert.ok(plan.includes(index), plan);
      assert.ok(!plan.includes("TEMP B-TREE"), plan);
      return Promise.resolve();
    }));
}

Deno.test("openSqliteSessionStore refuses the database of the cache", () =>
  withDirectory(async (path) => {
    await openSqliteCacheStore({ path })[Symbol.asyncDispose]();
    assert.throws(() => openSqliteSessionStore({ path }), { code: "store_unreadable" });
  }));

Deno.test("openSqliteSessionStore creates a file that only its owner can read", () =>
  withDirectory(async (path) => {
    await using _store = openSqliteSessionStore({ path });
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }));
