import assert from "node:assert/strict";
import type { CacheChange } from "../../../src/cache/mod.ts";
import { sha256Hex } from "../../../src/codec/mod.ts";
import { changeOf, makeCache, START_MS } from "./make_cache.ts";

const there = (atMs: number) => ({ atMs: START_MS + atMs, peerId: "there" });

Deno.test("LocalCache apply takes a change over with its expiry", async () => {
  const { cache, clock, operations } = makeCache();
  assert.equal(await cache.apply(changeOf({ value: null, expiresAtMs: START_MS + 10 })), true);
  const lookup = await cache.get("k");
  assert.deepEqual(lookup.hit && [lookup.value, lookup.expiresAtMs], [null, START_MS + 10]);
  assert.deepEqual(operations, ["apply ok", "get hit"]);
  // Not a time to live that begins anew on each node.
  await clock.advance(10);
  assert.equal(await cache.has("k"), false);
});

Deno.test("LocalCache apply does not pass a change on", async () => {
  const { cache, changes } = makeCache();
  await cache.apply(changeOf());
  await cache.apply(changeOf({ value: undefined, version: there(1) }));
  assert.deepEqual(changes, []);
});

Deno.test("LocalCache apply lets the newer change win in either order", async () => {
  const older = changeOf({ value: "older", version: there(-5) });
  const newer = changeOf({ value: "newer", version: there(-1) });
  for (const order of [[older, newer], [newer, older], [newer, newer, older]]) {
    const { cache } = makeCache();
    for (const change of order) await cache.apply(change);
    const lookup = await cache.get("k");
    assert.equal(lookup.hit && lookup.value, "newer");
  }
});

Deno.test("LocalCache apply lets no deleted value come back", async () => {
  const { cache, operations } = makeCache();
  await cache.apply(changeOf({ value: undefined, version: there(-1) }));
  assert.equal(await cache.apply(changeOf({ version: there(-2) })), false);
  await cache.set("own", 1);
  await cache.delete("own");
  assert.equal(await cache.apply(changeOf({ key: "own", version: there(-1) })), false);
  assert.equal(await cache.has("k"), false);
  assert.equal(await cache.has("own"), false);
  assert.deepEqual(operations.slice(0, 2), ["apply ok", "apply stale"]);
});

Deno.test("LocalCache apply lets no value come back after a newer one expired", async () => {
  const { cache, clock } = makeCache();
  await cache.apply(changeOf({ version: there(-1), expiresAtMs: START_MS + 5 }));
  await clock.advance(5);
  await cache.sweep();
  assert.equal(await cache.apply(changeOf({ value: "old", version: there(-2) })), false);
  assert.equal(await cache.has("k"), false);
});

Deno.test("LocalCache overwrites what another node dated a little ahead", async () => {
  const { cache, changes } = makeCache();
  assert.equal(await cache.apply(changeOf({ version: there(60_000) })), true);
  await cache.set("k", "mine");
  const lookup = await cache.get("k");
  assert.equal(lookup.hit && lookup.value, "mine");
  assert.equal(changes[0]?.version.atMs, START_MS + 60_001);
});

Deno.test("LocalCache apply refuses a change dated far ahead until its time comes", async () => {
  const { cache, clock, operations } = makeCache();
  const change = changeOf({ version: there(60_001) });
  await assert.rejects(cache.apply(change), { code: "cache_version_ahead" });
  assert.equal(await cache.has("k"), false);
  assert.equal(operations[0], "apply cache_version_ahead");
  await clock.advance(1);
  assert.equal(await cache.apply(change), true);
});

Deno.test("LocalCache apply checks the hash of the value, if there is one", async () => {
  const { cache } = makeCache();
  const value = { b: 1, a: "ü" };
  const sha256 = sha256Hex('{"a":"ü","b":1}');
  const code = "cache_hash_mismatch";
  await assert.rejects(cache.apply(changeOf({ value: { b: 2, a: "ü" }, sha256 })), { code });
  await assert.rejects(cache.apply(changeOf({ value: undefined, sha256 })), { code });
  assert.equal((await cache.totals()).entries, 0);
  assert.equal(await cache.apply(changeOf({ value, sha256 })), true);
});

const MALFORMED: readonly (readonly [title: string, change: Partial<CacheChange>, code: string])[] =
  [
    ["an empty key", { key: "" }, "cache_key_invalid"],
    ["a long key", { key: "x".repeat(1_025) }, "cache_key_invalid"],
    ["a long value", { value: "x".repeat(900 * 1024) }, "cache_value_too_large"],
    ["no date", { version: { atMs: NaN, peerId: "there" } }, "cache_change_invalid"],
    ["a broken date", { version: { atMs: 0.5, peerId: "there" } }, "cache_change_invalid"],
    ["a negative date", { version: { atMs: -1, peerId: "there" } }, "cache_change_invalid"],
    ["no node", { version: { atMs: START_MS, peerId: "" } }, "cache_change_invalid"],
    [
      "a long node",
      { version: { atMs: START_MS, peerId: "x".repeat(257) } },
      "cache_change_invalid",
    ],
    ["a broken node", { version: { atMs: START_MS, peerId: "\udc00" } }, "cache_change_invalid"],
    ["a broken expiry", { expiresAtMs: Infinity }, "cache_change_invalid"],
  ];

for (const [title, fields, code] of MALFORMED) {
  Deno.test(`LocalCache apply refuses a change with ${title}`, async () => {
    const { cache } = makeCache();
    await assert.rejects(cache.apply(changeOf(fields)), { code });
    assert.equal((await cache.totals()).entries, 0);
  });
}

Deno.test("LocalCache apply cuts an expiry to what a node may ask for", async () => {
  const { cache } = makeCache({ limits: { maxTtlMs: 1_000 } });
  await cache.apply(changeOf({ version: there(-5), expiresAtMs: Number.MAX_SAFE_INTEGER }));
  const lookup = await cache.get("k");
  assert.equal(lookup.hit && lookup.expiresAtMs, START_MS + 995);
});

Deno.test("LocalCache apply stops when it is told to", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(makeCache().cache.apply(changeOf(), { signal }), /enough/);
});
