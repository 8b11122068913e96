import assert from "node:assert/strict";
import type {
  CacheChange,
  CacheLookup,
  CacheSetOptions,
  CacheWriteOptions,
  ReplicatedCache,
} from "../../../../src/cache/mod.ts";
import type { JsonValue } from "../../../../src/codec/mod.ts";
import { type OpsFixture, withOps } from "./with_ops.ts";

/** Remembers what it was asked for. */
class SpyCache implements ReplicatedCache {
  readonly peerId = "server";
  readonly values = new Map<string, JsonValue>();
  readonly changes: CacheChange[] = [];
  readonly options: (CacheSetOptions | CacheWriteOptions)[] = [];

  get(key: string): Promise<CacheLookup> {
    const value = this.values.get(key);
    const found = { hit: true, value: value ?? null, expiresAtMs: 2_500, sha256: "ab" } as const;
    return Promise.resolve(value === undefined ? { hit: false } : found);
  }

  has(key: string): Promise<boolean> {
    return Promise.resolve(this.values.has(key));
  }

  set(key: string, value: JsonValue, options: CacheSetOptions = {}): Promise<void> {
    this.options.push(options);
    this.values.set(key, value);
    return Promise.resolve();
  }

  delete(key: string, options: CacheWriteOptions = {}): Promise<boolean> {
    this.options.push(options);
    return Promise.resolve(this.values.delete(key));
  }

  apply(change: CacheChange): Promise<boolean> {
    this.changes.push(change);
    return Promise.resolve(this.changes.length === 1);
  }
}

function test(title: string, body: (fixture: OpsFixture, cache: SpyCache) => Promise<void>): void {
  const cache = new SpyCache();
  Deno.test(title, () => withOps((fixture) => body(fixture, cache), { cache }));
}

test("cache.get tells null from nothing", async ({ call }, cache) => {
  cache.values.set("k", null);
  const signed = { ok: true, "peer_id": "server" };
  assert.deepEqual(await call({ op: "cache.get", key: "k" }), {
    ...signed,
    key: "k",
    hit: true,
    value: null,
    "expires_at": 2.5,
    sha256: "ab",
  });
  const missing = await call({ op: "cache", key: "x" });
  assert.deepEqual(missing, { ...signed, key: "x", hit: false, value: null });
  assert.equal((await call({ op: "cache_has", key: "k" }))["hit"], true);
  assert.equal((await call({ op: "cache.has", key: "x" }))["hit"], false);
});

test("cache.set reads lifetimes as Python does", async ({ call }, cache) => {
  const lifetimes = [[1.5, 1_500], ["2", 2_000], [0, undefined], [-1, undefined], ["x", undefined]];
  for (const [seconds, ttlMs] of lifetimes) {
    const reply = await call({ op: "cache_set", key: "k", value: [1], "ttl_s": seconds });
    assert.deepEqual(reply, { ok: true, key: "k", "peer_id": "server" });
    assert.equal(Reflect.get(cache.options.at(-1) ?? {}, "ttlMs"), ttlMs);
  }
  assert.deepEqual(cache.values.get("k"), [1]);
});

test("cache.set and cache.delete are handed on unless told not to be", async ({ call }, cache) => {
  for (const replicate of [undefined, true, false, null, 0]) {
    await call({ op: "cache.set", key: "k", value: 1, replicate });
    await call({ op: "cache.delete", key: "k", replicate });
  }
  const handedOn = cache.options.map(({ replicate }) => replicate);
  assert.deepEqual(handedOn, [true, true, true, true, false, false, true, true, true, true]);
});

test("cache.delete tells whether there was a value", async ({ call }, cache) => {
  cache.values.set("k", 1);
  assert.equal((await call({ op: "cache_del", key: "k" }))["deleted"], true);
  assert.equal((await call({ op: "cache_delete", key: "k" }))["deleted"], false);
});

test("cache.set and cache.delete with a version take a change over", async ({ call }, cache) => {
  const version = { "at_ms": 7, "peer_id": "client" };
  const change = { key: "k", version, "expires_at_ms": 9_000, replicate: false, sha256: "ab" };
  assert.equal((await call({ op: "cache.set", value: 1, ...change }))["applied"], true);
  assert.equal((await call({ op: "cache.delete", ...change }))["applied"], false);
  const common = { key: "k", expiresAtMs: 9_000, version: { atMs: 7, peerId: "client" } };
  assert.deepEqual(cache.changes, [{ ...common, value: 1, sha256: "ab" }, {
    ...common,
    value: undefined,
  }]);
  for (const wrong of [5, [], {}, { "at_ms": "7", "peer_id": "p" }, { "at_ms": 1.5 }]) {
    const reply = await call({ op: "cache.set", key: "k", value: 1, version: wrong });
    assert.equal(reply["error"], "invalid_request");
  }
});

test("cache.get takes a key as it is", async ({ call }, cache) => {
  cache.values.set(" k", 1);
  assert.equal((await call({ op: "cache.get", key: " k" }))["hit"], true);
  assert.equal((await call({ op: "cache.get", key: "k" }))["hit"], false);
});

// docs/protocol.md, 5.7
test("cache changes are refused that another peer has made", async ({ call }, cache) => {
  const change = { key: "k", value: 1, version: { "at_ms": 7, "peer_id": "somebody else" } };
  for (const op of ["cache.set", "cache.delete"]) {
    assert.equal((await call({ op, ...change }))["error"], "invalid_request");
  }
  assert.deepEqual(cache.changes, []);
});

test("cache operations want a key", async ({ call }) => {
  for (const op of ["cache.get", "cache.has", "cache.set", "cache.delete"]) {
    assert.equal((await call({ op, key: "  " }))["error"], "missing_key");
  }
});

Deno.test("cache operations are refused where there is no cache", async () => {
  await withOps(async ({ call }) => {
    for (const op of ["cache", "cache.has", "cache.set", "cache_del"]) {
      assert.equal((await call({ op, key: "k" }))["error"], "cache_disabled");
    }
  });
});
