import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { CacheStore } from "../../../../../src/store/mod.ts";
import { openSqliteCacheStore, openSqliteTaskStore } from "../../../../../src/store/sqlite/mod.ts";
import { bounds, testCacheStore, toEntry } from "../../cache_store_conformance.ts";
import { withDirectory } from "../with_directory.ts";

testCacheStore("SqliteCacheStore", (body) =>
  withDirectory(async (path) => {
    await using store = openSqliteCacheStore({ path });
    await body(store);
  }));

async function fill(store: CacheStore, keys: string): Promise<void> {
  for (const key of keys) await store.write(toEntry({ key, json: `"${key}"`, atMs: 5 }));
}

Deno.test("SqliteCacheStore has after a restart what it had before", () =>
  withDirectory(async (path) => {
    let before;
    {
      await using store = openSqliteCacheStore({ path });
      await fill(store, "abc");
      await store.write(toEntry({ key: "b", json: undefined, atMs: 6 }));
      before = await store.totals();
    }
    await using store = openSqliteCacheStore({ path });
    assert.deepEqual(await store.totals(), before);
    assert.equal((await store.get("a", 6))?.json, '"a"');
    assert.equal((await store.write(toEntry({ key: "b", json: "1", atMs: 5 }))).taken, false);
  }));

Deno.test("SqliteCacheStore evicts in the order of use also after a restart", () =>
  withDirectory(async (path) => {
    {
      await using store = openSqliteCacheStore({ path });
      await fill(store, "abc");
      await store.write(toEntry({ key: "a", json: "1", atMs: 6 }));
    }
    await using store = openSqliteCacheStore({ path });
    for (const key of "de") {
      await store.write(toEntry({ key, json: "1", atMs: 7, bounds: { maxEntries: 3 } }));
    }
    const left = await Promise.all([..."abcde"].map((key) => store.has(key, 7)));
    assert.deepEqual(left, [true, false, false, true, true]);
  }));

Deno.test("SqliteCacheStore has no values on disk that were deleted, expired or evicted", () =>
  withDirectory(async (path) => {
    await using store = openSqliteCacheStore({ path });
    await fill(store, "abcd");
    await store.write(toEntry({ key: "a", json: undefined, atMs: 6 }));
    await store.write(toEntry({ key: "b", json: '"b"', atMs: 6, expiresAtMs: 9 }));
    await store.sweep({ nowMs: 9, limit: 9, bounds: bounds({ maxEntries: 3 }) });
    using reader = new DatabaseSync(path);
    const rows = reader.prepare("SELECT json FROM cache_values").all();
    assert.deepEqual(rows.map((row) => row["json"]), ['"d"']);
  }));

Deno.test("SqliteCacheStore keeps the history of dropped keys through a restart", () =>
  withDirectory(async (path) => {
    const limits = { tombstoneMs: 100 };
    {
      await using store = openSqliteCacheStore({ path });
      await store.write(toEntry({ json: undefined, atMs: 1_000, bounds: limits }));
      await store.sweep({ nowMs: 1_100, limit: 9, bounds: bounds(limits) });
    }
    await using store = openSqliteCacheStore({ path });
    const late = toEntry({ json: "1", atMs: 999, nowMs: 1_010, bounds: limits });
    assert.equal((await store.write(late)).taken, false);
  }));

Deno.test("SqliteCacheStore serves two connections that write one key", () =>
  withDirectory(async (path) => {
    await using first = openSqliteCacheStore({ path });
    await using second = openSqliteCacheStore({ path });
    const values = Array.from(
      { length: 20 },
      (_, index) => JSON.stringify(`${index}`.repeat(9_999)),
    );
    await Promise.all(values.map((json, index) => {
      const store = index % 2 === 0 ? first : second;
      return store.write(toEntry({ json, atMs: 5, isOwn: true }));
    }));
    const entry = await first.get("k", 5);
    assert.deepEqual(entry, await second.get("k", 5));
    assert.ok(values.includes(entry?.json ?? ""));
    // Each was taken, one after the other.
    assert.equal(entry?.version.atMs, 24);
    assert.equal((await second.totals()).entries, 1);
  }));

Deno.test("SqliteCacheStore uses the room of evicted values again", () =>
  withDirectory(async (path) => {
    await using store = openSqliteCacheStore({ path });
    const json = JSON.stringify("x".repeat(50_000));
    const limits = { maxBytes: 20 * 51_000 };
    for (let index = 0; index < 200; index++) {
      await store.write(toEntry({ key: `key ${index}`, json, atMs: 5, bounds: limits }));
    }
    await store[Symbol.asyncDispose]();
    const { size } = await Deno.stat(path);
    assert.ok(size < 2 * limits.maxBytes, String(size));
  }));

Deno.test("openSqliteCacheStore refuses the database of the queue", () =>
  withDirectory(async (path) => {
    await openSqliteTaskStore({ path })[Symbol.asyncDispose]();
    assert.throws(() => openSqliteCacheStore({ path }), { code: "store_unreadable" });
  }));

Deno.test("openSqliteCacheStore creates a file that only its owner can read", () =>
  withDirectory(async (path) => {
    await using _store = openSqliteCacheStore({ path });
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }));
