import assert from "node:assert/strict";
import {
  type CacheBounds,
  type CacheStore,
  entryBytes,
  type WriteEntry,
  type WrittenEntry,
} from "../../../src/store/mod.ts";

/** Runs a test body with an empty store, and closes it. */
export type WithCacheStore = (body: (store: CacheStore) => Promise<void>) => Promise<void>;

const DAY_MS = 86_400_000;

/** Bounds that are not reached, with what a test cares about. */
export function bounds(fields: Partial<CacheBounds> = {}): CacheBounds {
  return { maxBytes: 1e9, maxEntries: 1e6, tombstoneMs: DAY_MS, maxAheadMs: 60_000, ...fields };
}

/** A change that can be written, with what a test cares about. */
export interface Change {
  readonly key?: string;
  /** `undefined` for a deletion. */
  readonly json: string | undefined;
  readonly atMs: number;
  readonly peerId?: string;
  readonly isOwn?: boolean;
  readonly nowMs?: number;
  readonly expiresAtMs?: number;
  readonly bounds?: Partial<CacheBounds>;
}

/** The change as a store takes it. */
export function toEntry(change: Change): WriteEntry {
  const { key = "k", json, atMs, peerId = "m", isOwn = false, nowMs = atMs } = change;
  return {
    key,
    content: json === undefined ? undefined : { json, sha256: `hash of ${json.slice(0, 20)}` },
    expiresAtMs: change.expiresAtMs ?? null,
    version: { atMs, peerId },
    isOwn,
    nowMs,
    bounds: bounds(change.bounds),
  };
}

function write(store: CacheStore, change: Change): Promise<WrittenEntry> {
  return store.write(toEntry(change));
}

async function jsonAt(store: CacheStore, nowMs: number, key = "k"): Promise<string | undefined> {
  const entry = await store.get(key, nowMs);
  assert.equal(await store.has(key, nowMs), entry !== undefined);
  return entry?.json;
}

/**
 * What every adapter of the `CacheStore` port must do.
 *
 * @param name The adapter, for the titles.
 * @param withStore Opens an empty store for one test.
 */
export function testCacheStore(name: string, withStore: WithCacheStore): void {
  const test = (title: string, body: (store: CacheStore) => Promise<void>) =>
    Deno.test(`${name} ${title}`, () => withStore(body));
  testValues(test);
  testVersions(test);
  testOwnVersions(test);
  testExpiry(test);
  testEviction(test);
  testMemory(test);
}

type Test = (title: string, body: (store: CacheStore) => Promise<void>) => void;

function testValues(test: Test): void {
  test("gives back what was written", async (store) => {
    const written = await write(store, { json: '{"a":[1,"ü"]}', atMs: 5, expiresAtMs: 9 });
    assert.deepEqual(written, {
      taken: true,
      hadValue: false,
      version: { atMs: 5, peerId: "m" },
      evicted: 0,
    });
    assert.deepEqual(await store.get("k", 5), {
      json: '{"a":[1,"ü"]}',
      sha256: 'hash of {"a":[1,"ü"]}',
      expiresAtMs: 9,
      version: { atMs: 5, peerId: "m" },
    });
  });

  test("knows nothing of other keys", async (store) => {
    await write(store, { json: "1", atMs: 5 });
    assert.equal(await jsonAt(store, 5, "K"), undefined);
  });

  for (const key of ["a\u0000b", "\n", "é", "e\u0301", "\u{1f600}", "x".repeat(1024), "'; --"]) {
    test(`tells the key ${JSON.stringify(key.slice(0, 8))} from others`, async (store) => {
      await write(store, { key, json: "1", atMs: 5 });
      await write(store, { key: key.slice(0, 1), json: "2", atMs: 5 });
      await write(store, { key: key.normalize(), json: "3", atMs: 6 });
      assert.equal(await jsonAt(store, 5, key), key === key.normalize() ? "3" : "1");
    });
  }

  test("has null as a value, and a deletion as none", async (store) => {
    await write(store, { json: "null", atMs: 5 });
    assert.equal(await jsonAt(store, 5), "null");
    const deleted = await write(store, { json: undefined, atMs: 6 });
    assert.equal(deleted.hadValue, true);
    assert.equal(await jsonAt(store, 6), undefined);
    assert.equal((await write(store, { json: undefined, atMs: 7 })).hadValue, false);
  });

  test("counts what it holds", async (store) => {
    assert.deepEqual(await store.totals(), { entries: 0, values: 0, bytes: 0 });
    await write(store, { key: "ü", json: '"ü"', atMs: 5 });
    await write(store, { key: "b", json: "22", atMs: 5 });
    const bytes = entryBytes("ü", '"ü"') + entryBytes("b", "22");
    assert.deepEqual(await store.totals(), { entries: 2, values: 2, bytes });
    await write(store, { key: "ü", json: '""', atMs: 6 });
    await write(store, { key: "b", json: undefined, atMs: 6 });
    const later = entryBytes("ü", '""') + entryBytes("b");
    assert.deepEqual(await store.totals(), { entries: 2, values: 1, bytes: later });
  });

  test("refuses to work once it is closed", async (store) => {
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await assert.rejects(store.get("k", 0), { code: "store_closed" });
    await assert.rejects(write(store, { json: "1", atMs: 5 }), { code: "store_closed" });
  });
}

function testVersions(test: Test): void {
  test("takes the newer of two changes, whichever comes first", async (store) => {
    await write(store, { key: "a", json: "1", atMs: 5 });
    assert.equal((await write(store, { key: "a", json: "2", atMs: 6 })).taken, true);
    await write(store, { key: "b", json: "2", atMs: 6 });
    assert.equal((await write(store, { key: "b", json: "1", atMs: 5 })).taken, false);
    for (const key of ["a", "b"]) assert.equal(await jsonAt(store, 6, key), "2");
  });

  test("decides between equal times by the peer id in code point order", async (store) => {
    // In UTF-16 the second would come first.
    for (const [lower, higher] of [["a", "b"], ["a", "aa"], ["\uff5e", "\u{1f600}"]] as const) {
      const key = lower + higher;
      await write(store, { key, json: "1", atMs: 5, peerId: higher });
      const { taken, version } = await write(store, { key, json: "2", atMs: 5, peerId: lower });
      assert.deepEqual([taken, version], [false, { atMs: 5, peerId: higher }]);
      await write(store, { key: `${key}!`, json: "1", atMs: 5, peerId: lower });
      const other = { key: `${key}!`, json: "2", atMs: 5, peerId: higher };
      assert.equal((await write(store, other)).taken, true);
    }
  });

  test("takes a change once", async (store) => {
    await write(store, { json: "1", atMs: 5 });
    assert.equal((await write(store, { json: "1", atMs: 5 })).taken, false);
  });

  test("lets no older value come back after a deletion", async (store) => {
    await write(store, { json: undefined, atMs: 6 });
    const late = await write(store, { json: "1", atMs: 5, nowMs: 7 });
    assert.deepEqual([late.taken, late.hadValue], [false, false]);
    assert.equal(await jsonAt(store, 7), undefined);
  });

  test("settles concurrent changes of one key one after the other", async (store) => {
    const changes = Array.from({ length: 20 }, (_, index) => ({
      json: String(index),
      atMs: (index * 7) % 20 + 1,
      nowMs: 30,
    }));
    await Promise.all(changes.map((change) => write(store, change)));
    const newest = changes.find(({ atMs }) => atMs === 20);
    assert.equal(await jsonAt(store, 30), newest?.json);
    assert.equal((await store.totals()).entries, 1);
  });
}

function testOwnVersions(test: Test): void {
  test("makes an own change newer than what it knows of the key", async (store) => {
    await write(store, { json: "1", atMs: 50, peerId: "z" });
    const own = await write(store, { json: "2", atMs: 10, peerId: "a", isOwn: true });
    assert.deepEqual(own.version, { atMs: 51, peerId: "a" });
    assert.equal(await jsonAt(store, 10), "2");
    const again = await write(store, { json: "2", atMs: 51, peerId: "a", isOwn: true });
    assert.equal(again.version.atMs, 52);
    const later = await write(store, { json: "2", atMs: 99, peerId: "a", isOwn: true });
    assert.equal(later.version.atMs, 99);
  });

  test("makes an own change newer than what it has dropped", async (store) => {
    await write(store, { json: "1", atMs: 100, isOwn: true });
    await write(store, { key: "b", json: "1", atMs: 101, bounds: { maxEntries: 1 } });
    const own = await write(store, { json: "2", atMs: 50, isOwn: true });
    assert.equal(own.version.atMs, 101);
  });
}

function testExpiry(test: Test): void {
  test("has no value from the moment of its expiry", async (store) => {
    await write(store, { json: "1", atMs: 5, expiresAtMs: 10 });
    assert.equal(await jsonAt(store, 9), "1");
    assert.equal(await jsonAt(store, 10), undefined);
    const deleted = await write(store, { json: undefined, atMs: 6, nowMs: 10 });
    assert.equal(deleted.hadValue, false);
  });

  test("keeps of a value that arrives expired only that it was there", async (store) => {
    await write(store, { json: '"long"', atMs: 5, expiresAtMs: 10, nowMs: 10 });
    const { entries, values } = await store.totals();
    assert.deepEqual([entries, values], [1, 0]);
    assert.equal((await write(store, { json: "1", atMs: 4, nowMs: 10 })).taken, false);
  });

  test("sweep frees the room of expired values, and no older one comes back", async (store) => {
    await write(store, { key: "a", json: '"x"', atMs: 5, expiresAtMs: 10 });
    await write(store, { key: "b", json: '"x"', atMs: 5, expiresAtMs: 11 });
    await write(store, { key: "c", json: '"x"', atMs: 5 });
    const swept = await store.sweep({ nowMs: 10, limit: 9, bounds: bounds() });
    assert.deepEqual(swept, { expired: 1, purged: 0, evicted: 0 });
    assert.equal((await store.totals()).bytes, 2 * entryBytes("b", '"x"') + entryBytes("a"));
    assert.equal((await store.totals()).values, 2);
    assert.equal((await write(store, { key: "a", json: "1", atMs: 4, nowMs: 10 })).taken, false);
    assert.equal((await write(store, { key: "a", json: "1", atMs: 6, nowMs: 10 })).taken, true);
    const again = await store.sweep({ nowMs: 10, limit: 9, bounds: bounds() });
    assert.deepEqual(again, { expired: 0, purged: 0, evicted: 0 });
  });

  test("sweep changes no more entries than it is allowed to", async (store) => {
    for (const key of "abcde") await write(store, { key, json: "1", atMs: 5, expiresAtMs: 10 });
    const step = { nowMs: 10, limit: 2, bounds: bounds({ maxEntries: 1, tombstoneMs: 2 }) };
    assert.deepEqual(await store.sweep(step), { expired: 2, purged: 2, evicted: 2 });
    assert.equal((await store.totals()).entries, 1);
  });
}

function testEviction(test: Test): void {
  test("evicts what was used least recently when there are too many entries", async (store) => {
    const limits = { bounds: { maxEntries: 3 } };
    for (const key of "abc") await write(store, { key, json: key, atMs: 5, ...limits });
    await store.get("a", 5);
    const { evicted } = await write(store, { key: "d", json: "4", atMs: 5, ...limits });
    assert.equal(evicted, 1);
    const left = await Promise.all([..."abcd"].map((key) => store.has(key, 5)));
    assert.deepEqual(left, [true, false, true, true]);
  });

  test("does not take looking for a use", async (store) => {
    const limits = { bounds: { maxEntries: 2 } };
    for (const key of "ab") await write(store, { key, json: key, atMs: 5, ...limits });
    await store.has("a", 5);
    await write(store, { key: "c", json: "3", atMs: 5, ...limits });
    assert.equal(await store.has("a", 5), false);
  });

  test("evicts as many as it takes to fit the size", async (store) => {
    const limits = { bounds: { maxBytes: 10 * entryBytes("0", "1") } };
    for (const key of "0123456789") await write(store, { key, json: "1", atMs: 5, ...limits });
    const json = JSON.stringify("x".repeat(5 * entryBytes("")));
    const { evicted } = await write(store, { key: "x", json, atMs: 5, ...limits });
    const { bytes, entries } = await store.totals();
    assert.ok(bytes <= limits.bounds.maxBytes, String(bytes));
    assert.deepEqual([evicted, entries], [6, 5]);
    assert.equal(await jsonAt(store, 5, "x"), json);
  });

  test("never evicts what was just written", async (store) => {
    const { evicted } = await write(store, { json: '"x"', atMs: 5, bounds: { maxBytes: 1 } });
    assert.equal(evicted, 0);
    assert.equal(await jsonAt(store, 5), '"x"');
  });

  test("holds its size through thousands of writes", async (store) => {
    const limits = { maxBytes: 50 * entryBytes("1000", "1000") };
    for (let round = 0; round < 10; round++) {
      const writes = Array.from({ length: 200 }, (_, index) => {
        const key = String(1_000 + round * 200 + index);
        return write(store, { key, json: key, atMs: 5, isOwn: true, bounds: limits });
      });
      await Promise.all(writes);
      const { bytes, entries } = await store.totals();
      assert.ok(bytes <= limits.maxBytes && entries === 50, `${bytes} ${entries}`);
    }
    assert.equal(await jsonAt(store, 20, "2999"), "2999");
    assert.equal(await jsonAt(store, 20, "2949"), undefined);
  });

  test("sweep keeps to bounds that became narrower", async (store) => {
    for (const key of "abcd") await write(store, { key, json: key, atMs: 5 });
    const { evicted } = await store.sweep({
      nowMs: 5,
      limit: 9,
      bounds: bounds({ maxEntries: 1 }),
    });
    assert.equal(evicted, 3);
    assert.equal(await store.has("d", 5), true);
  });
}

function testMemory(test: Test): void {
  test("forgets tombstones after their time, and takes nothing as old as them", async (store) => {
    const limits = { tombstoneMs: 100 };
    await write(store, { json: undefined, atMs: 1_000, bounds: limits });
    const sweepAt = (nowMs: number) => store.sweep({ nowMs, limit: 9, bounds: bounds(limits) });
    assert.equal((await sweepAt(1_099)).purged, 0);
    assert.equal((await sweepAt(1_100)).purged, 1);
    assert.equal((await store.totals()).entries, 0);
    const late = { json: "1", nowMs: 1_100, bounds: limits };
    assert.equal((await write(store, { ...late, atMs: 999 })).taken, false);
    assert.equal((await write(store, { ...late, atMs: 1_000 })).taken, false);
    assert.equal((await write(store, { ...late, atMs: 1_001 })).taken, true);
  });

  test("takes no change of an unknown key that is older than tombstones last", async (store) => {
    const limits = { bounds: { tombstoneMs: 100 }, nowMs: 1_000 };
    assert.equal((await write(store, { json: "1", atMs: 900, ...limits })).taken, false);
    assert.equal((await write(store, { json: "1", atMs: 901, ...limits })).taken, true);
  });

  test("takes an old change of a key that it knows", async (store) => {
    await write(store, { json: "1", atMs: 5 });
    const old = { json: "2", atMs: 6, nowMs: 5_000, bounds: { tombstoneMs: 100 } };
    assert.equal((await write(store, old)).taken, true);
  });

  test("does not go back to what was before an evicted change", async (store) => {
    const limits = { bounds: { maxEntries: 1 } };
    await write(store, { key: "a", json: undefined, atMs: 50, ...limits });
    await write(store, { key: "b", json: "1", atMs: 60, ...limits });
    assert.equal((await store.totals()).entries, 1);
    const late = { key: "a", json: "1", nowMs: 60, ...limits };
    assert.equal((await write(store, { ...late, atMs: 40 })).taken, false);
    assert.equal((await write(store, { ...late, atMs: 51 })).taken, true);
  });

  test("is not shut for ever by what it dropped while its clock was ahead", async (store) => {
    const limits = { bounds: { maxEntries: 1, maxAheadMs: 60 } };
    const wrongMs = 9_000_000;
    await write(store, { key: "a", json: "1", atMs: wrongMs, isOwn: true, ...limits });
    await write(store, { key: "b", json: "1", atMs: wrongMs, isOwn: true, ...limits });
    const change = { key: "c", json: "1", atMs: 50, ...limits };
    assert.equal((await write(store, change)).taken, true);
    const own = await write(store, { ...change, key: "d", isOwn: true });
    assert.equal(own.version.atMs, 50);
  });
}
