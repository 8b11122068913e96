import assert from "node:assert/strict";
import { createLocalCache } from "../../../src/cache/mod.ts";
import { type JsonValue, sha256Hex } from "../../../src/codec/mod.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createMemoryCacheStore } from "../../../src/store/memory/mod.ts";
import { makeCache, START_MS } from "./make_cache.ts";

const VALUES: readonly JsonValue[] = [null, false, 0, "", [], {}, { b: [1, "ü"], a: null }];

for (const value of VALUES) {
  Deno.test(`LocalCache gives ${JSON.stringify(value)} back as a value`, async () => {
    const { cache } = makeCache();
    await cache.set("k", value);
    const lookup = await cache.get("k");
    assert.ok(lookup.hit);
    assert.deepEqual(lookup.value, value);
    assert.equal(await cache.has("k"), true);
  });
}

Deno.test("LocalCache tells a key that was never set from one that holds null", async () => {
  const { cache, operations } = makeCache();
  await cache.set("null", null);
  assert.deepEqual(await cache.get("other"), { hit: false });
  assert.equal(await cache.has("other"), false);
  assert.equal(await cache.has("null"), true);
  assert.deepEqual(operations, ["set ok", "get miss", "has miss", "has hit"]);
});

Deno.test("LocalCache deletes, and says whether there was anything to delete", async () => {
  const { cache, clock, operations } = makeCache();
  assert.equal(await cache.delete("k"), false);
  await cache.set("k", null);
  assert.equal(await cache.delete("k"), true);
  assert.equal(await cache.delete("k"), false);
  assert.deepEqual(await cache.get("k"), { hit: false });
  await cache.set("k", 1, { ttlMs: 10 });
  await clock.advance(10);
  assert.equal(await cache.delete("k"), false);
  assert.deepEqual(operations.slice(0, 3), ["delete miss", "set ok", "delete hit"]);
});

Deno.test("LocalCache hashes the value as canonical JSON", async () => {
  const { cache } = makeCache();
  await cache.set("k", { b: 1, a: [1.0, "ü"] });
  const lookup = await cache.get("k");
  assert.ok(lookup.hit);
  assert.equal(lookup.sha256, sha256Hex('{"a":[1,"ü"],"b":1}'));
});

Deno.test("LocalCache keeps its values apart from those of its callers", async () => {
  const { cache, changes } = makeCache();
  const value = { list: [1] };
  await cache.set("k", value);
  value.list.push(2);
  assert.deepEqual(changes[0]?.value, { list: [1] });
  const lookup = await cache.get("k");
  assert.deepEqual(lookup.hit && lookup.value, { list: [1] });
});

Deno.test("LocalCache forgets a value when its time is over", async () => {
  const { cache, clock } = makeCache();
  await cache.set("k", 1, { ttlMs: 1_000.5 });
  const lookup = await cache.get("k");
  assert.equal(lookup.hit && lookup.expiresAtMs, START_MS + 1_001);
  await clock.advance(1_000);
  assert.equal(await cache.has("k"), true);
  await clock.advance(1);
  assert.equal(await cache.has("k"), false);
  assert.deepEqual(await cache.get("k"), { hit: false });
});

Deno.test("LocalCache sets without a time for good, also over a value with one", async () => {
  const { cache, clock } = makeCache();
  await cache.set("k", 1, { ttlMs: 10 });
  await cache.set("k", 2);
  await clock.advance(1_000_000);
  const lookup = await cache.get("k");
  assert.deepEqual(lookup.hit && [lookup.value, lookup.expiresAtMs], [2, null]);
});

Deno.test("LocalCache cuts a time to live to the longest it allows", async () => {
  const { cache } = makeCache({ limits: { maxTtlMs: 5_000 } });
  await cache.set("k", 1, { ttlMs: Infinity });
  const lookup = await cache.get("k");
  assert.equal(lookup.hit && lookup.expiresAtMs, START_MS + 5_000);
});

Deno.test("LocalCache keeps the last of two values that are set at once", async () => {
  const { cache } = makeCache();
  const values = Array.from({ length: 50 }, (_, index) => ({ index, text: "x".repeat(index) }));
  await Promise.all(values.map((value) => cache.set("k", value)));
  const lookup = await cache.get("k");
  assert.deepEqual(lookup.hit && lookup.value, values.at(-1));
  assert.equal((await cache.totals()).entries, 1);
});

Deno.test("LocalCache keeps to its size and forgets what was used least recently", async () => {
  const limits = { maxBytes: 20_000, maxValueBytes: 2_000, maxKeyBytes: 10 };
  const { cache } = makeCache({ limits });
  await cache.set("first", "x".repeat(1_000));
  await cache.set("second", "x".repeat(1_000));
  for (let index = 0; index < 100; index++) {
    await cache.set(`k${index}`, "x".repeat(1_000));
    await cache.get("first");
    assert.ok((await cache.totals()).bytes <= limits.maxBytes);
  }
  assert.equal(await cache.has("first"), true);
  assert.equal(await cache.has("second"), false);
  assert.equal(await cache.has("k99"), true);
});

Deno.test("LocalCache sweep frees the room of what nobody reads any more", async () => {
  const { cache, clock } = makeCache();
  for (let index = 0; index < 1_200; index++) await cache.set(`k${index}`, "long", { ttlMs: 10 });
  await cache.set("stays", 1);
  await clock.advance(10);
  assert.equal((await cache.totals()).values, 1_201);
  assert.deepEqual(await cache.sweep(), { expired: 1_200, purged: 0, evicted: 0 });
  assert.equal((await cache.totals()).values, 1);
  await clock.advance(86_400_000);
  assert.deepEqual(await cache.sweep(), { expired: 0, purged: 1_200, evicted: 0 });
  assert.equal((await cache.totals()).entries, 1);
});

Deno.test("LocalCache sweep stops when it is told to", async () => {
  const { cache } = makeCache();
  await assert.rejects(cache.sweep({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
});

const REFUSED: Readonly<Record<string, readonly [key: string, value: JsonValue, ttlMs?: number]>> =
  {
    "cache_key_invalid": ["", 1],
    "cache_value_too_large": ["k", "x".repeat(99)],
    "cache_value_invalid": ["k", JSON.parse(`${"[".repeat(300)}${"]".repeat(300)}`)],
    "cache_ttl_invalid": ["k", 1, 0],
  };

for (const [code, [key, value, ttlMs]] of Object.entries(REFUSED)) {
  Deno.test(`LocalCache refuses a value with ${code}, and changes nothing`, async () => {
    const limits = code === "cache_value_too_large" ? { maxValueBytes: 100 } : {};
    const { cache, changes, operations } = makeCache({ limits });
    await assert.rejects(cache.set(key, value, { ttlMs }), {
      code,
      name: "InvalidCacheEntryError",
    });
    assert.equal((await cache.totals()).entries, 0);
    assert.deepEqual([changes, operations], [[], [`set ${code}`]]);
  });
}

Deno.test("LocalCache takes keys and values up to its limits, in UTF-8", async () => {
  const { cache } = makeCache({ limits: { maxKeyBytes: 4, maxValueBytes: 6 } });
  await cache.set("üü", "üü");
  await assert.rejects(cache.set("üüx", 1), { code: "cache_key_invalid" });
  await assert.rejects(cache.set("k", "üüx"), { code: "cache_value_too_large" });
});

for (const key of ["", "\ud800", "x".repeat(1_025)]) {
  Deno.test(`LocalCache has no key ${JSON.stringify(key.slice(0, 4))}`, async () => {
    const { cache } = makeCache();
    const code = "cache_key_invalid";
    await assert.rejects(cache.get(key), { code });
    await assert.rejects(cache.has(key), { code });
    await assert.rejects(cache.set(key, 1), { code });
    await assert.rejects(cache.delete(key), { code });
  });
}

for (const ttlMs of [0, -1, NaN]) {
  Deno.test(`LocalCache takes ${ttlMs} for no time to live`, async () => {
    await assert.rejects(makeCache().cache.set("k", 1, { ttlMs }), { code: "cache_ttl_invalid" });
  });
}

Deno.test("LocalCache tells of its own changes, unless asked not to", async () => {
  const { cache, changes } = makeCache();
  await cache.set("k", [1], { ttlMs: 5 });
  await cache.delete("k");
  await cache.set("k", 2, { replicate: false });
  await cache.delete("k", { replicate: false });
  const version = { atMs: START_MS, peerId: "here" };
  assert.deepEqual(changes, [
    { key: "k", value: [1], expiresAtMs: START_MS + 5, version, sha256: sha256Hex("[1]") },
    {
      key: "k",
      value: undefined,
      expiresAtMs: null,
      version: { ...version, atMs: START_MS + 1 },
    },
  ]);
});

Deno.test("LocalCache makes each change of a key newer, also when the clock goes back", async () => {
  const store = createMemoryCacheStore();
  const { cache, changes } = makeCache({ store });
  await cache.set("k", 1);
  await cache.set("k", 2);
  const later = makeCache({ store, clock: new FakeClock(START_MS - 1_000_000) });
  await later.cache.set("k", 3);
  await later.cache.delete("k");
  const times = [...changes, ...later.changes].map(({ version }) => version.atMs - START_MS);
  assert.deepEqual(times, [0, 1, 2, 3]);
});

Deno.test("LocalCache does nothing when its caller gave up before", async () => {
  const { cache, operations } = makeCache();
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(cache.get("k", { signal }), /enough/);
  await assert.rejects(cache.set("k", 1, { signal }), /enough/);
  await assert.rejects(cache.delete("k", { signal }), /enough/);
  assert.deepEqual(operations, []);
});

Deno.test("LocalCache passes on that its store is closed, and counts it", async () => {
  const store = createMemoryCacheStore();
  const { cache, operations } = makeCache({ store });
  await store[Symbol.asyncDispose]();
  await assert.rejects(cache.get("k"), { code: "store_closed" });
  assert.deepEqual(operations, ["get store_closed"]);
});

Deno.test("createLocalCache refuses limits that make no sense", () => {
  const store = createMemoryCacheStore();
  for (const limits of [{ maxBytes: 0 }, { maxEntries: 1.5 }, { maxBytes: 900 * 1024 }]) {
    assert.throws(() => createLocalCache({ store, peerId: "here", limits }), RangeError);
  }
  assert.throws(() => createLocalCache({ store, peerId: "" }), TypeError);
});
