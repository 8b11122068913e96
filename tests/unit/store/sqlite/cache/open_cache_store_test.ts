import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { CacheStore } from "../../../../../src/store/mod.ts";
import {
  openCacheStore,
  openSqliteCacheStore,
  openSqliteTaskStore,
} from "../../../../../src/store/sqlite/mod.ts";
import { FakeLogger } from "../../../network/fake_logger.ts";
import { toEntry } from "../../cache_store_conformance.ts";
import { withDirectory } from "../with_directory.ts";

const REPLACED = "Cache file was set aside, and a new one begun";
const IN_MEMORY = "Cache is kept in memory only, as its file cannot be used";

async function fill(path: string): Promise<void> {
  await using store = openSqliteCacheStore({ path });
  const json = JSON.stringify("x".repeat(10_000));
  for (let index = 0; index < 20; index++) {
    await store.write(toEntry({ key: `key ${index}`, json, atMs: 5 }));
  }
}

/** A cache can be used, and says what it is: empty, or with what was there. */
async function assertWorks(store: CacheStore, entries: number): Promise<void> {
  assert.equal((await store.totals()).entries, entries);
  await store.write(toEntry({ key: "new", json: "1", atMs: 9 }));
  assert.equal((await store.get("new", 9))?.json, "1");
}

function open(path: string) {
  const logger = new FakeLogger();
  const store = openCacheStore({ path, logger, busyTimeoutMs: 10 });
  return { store, messages: logger.lines.map(([level, message]) => `${level}: ${message}`) };
}

Deno.test("openCacheStore opens what is in order, and says nothing", () =>
  withDirectory(async (path) => {
    await fill(path);
    const { store, messages } = open(path);
    await using _store = store;
    await assertWorks(store, 20);
    assert.deepEqual(messages, []);
  }));

/** How a file is spoilt. */
const DAMAGES: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  "is no database": (path) => Deno.writeTextFile(path, "no database ".repeat(999)),
  "is cut off": (path) => Deno.truncate(path, 8_192),
  "has damaged pages": async (path) => {
    const { size } = await Deno.stat(path);
    using file = await Deno.open(path, { write: true });
    await file.seek(4_096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(size - 4_096).fill(0xa5));
  },
  "comes from a later release": (path) => {
    using other = new DatabaseSync(path);
    other.exec("PRAGMA user_version = 1000");
  },
};

for (const [title, damage] of Object.entries(DAMAGES)) {
  Deno.test(`openCacheStore begins anew when the file ${title}`, () =>
    withDirectory(async (path) => {
      await fill(path);
      await damage(path);
      const damaged = await Deno.readFile(path);
      {
        const { store, messages } = open(path);
        await using _store = store;
        await assertWorks(store, 0);
        assert.deepEqual(messages, [`warn: ${REPLACED}`]);
      }
      assert.deepEqual(await Deno.readFile(`${path}.set-aside`), damaged);
      const { store, messages } = open(path);
      await using _store = store;
      assert.equal((await store.totals()).entries, 1);
      assert.deepEqual(messages, []);
    }));
}

Deno.test("openCacheStore takes no journal of a damaged file for that of the new one", () =>
  withDirectory(async (path) => {
    await fill(path);
    const journal = `${path}-wal`;
    {
      await using store = openSqliteCacheStore({ path });
      await store.write(toEntry({ key: "key 1", json: "1", atMs: 6 }));
      await Deno.copyFile(journal, `${path}.copy`);
    }
    await Deno.writeTextFile(path, "no database ".repeat(999));
    await Deno.rename(`${path}.copy`, journal);
    const { store, messages } = open(path);
    await using _store = store;
    await assertWorks(store, 0);
    assert.deepEqual(messages, [`warn: ${REPLACED}`]);
  }));

Deno.test("openCacheStore keeps one damaged file, the last", () =>
  withDirectory(async (path) => {
    for (const text of ["first ".repeat(999), "second ".repeat(999)]) {
      await Deno.writeTextFile(path, text);
      await open(path).store[Symbol.asyncDispose]();
      assert.equal(await Deno.readTextFile(`${path}.set-aside`), text);
    }
  }));

Deno.test("openCacheStore keeps the cache in memory while another program has the file", () =>
  withDirectory(async (path) => {
    await fill(path);
    {
      using other = new DatabaseSync(path);
      other.exec("BEGIN EXCLUSIVE");
      const { store, messages } = open(path);
      await using _store = store;
      await assertWorks(store, 0);
      assert.deepEqual(messages, [`warn: ${IN_MEMORY}`]);
    }
    const { store } = open(path);
    await using _store = store;
    await assertWorks(store, 20);
  }));

Deno.test("openCacheStore leaves another program's database alone", () =>
  withDirectory(async (path) => {
    await openSqliteTaskStore({ path })[Symbol.asyncDispose]();
    const { store, messages } = open(path);
    await using _store = store;
    await assertWorks(store, 0);
    assert.deepEqual(messages, [`warn: ${IN_MEMORY}`]);
    await openSqliteTaskStore({ path })[Symbol.asyncDispose]();
  }));

Deno.test("openCacheStore keeps the cache in memory when there is no place for the file", () =>
  withDirectory(async (path) => {
    const { store, messages } = open(`${path}/missing/cache.sqlite`);
    await using _store = store;
    await assertWorks(store, 0);
    assert.deepEqual(messages, [`warn: ${IN_MEMORY}`]);
  }));

Deno.test("openCacheStore does not hide a mistake of the caller", () =>
  withDirectory((path) => {
    const options = { path, logger: new FakeLogger(), busyTimeoutMs: 0.5 };
    assert.throws(() => openCacheStore(options), RangeError);
    return Promise.resolve();
  }));
