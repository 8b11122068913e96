import assert from "node:assert/strict";
import type { CacheLookup, SharedCache } from "../../../../src/cache/mod.ts";
import type { JsonValue } from "../../../../src/codec/mod.ts";
import { RemoteError } from "../../../../src/taskqueue/mod.ts";
import {
  cacheDelete,
  cacheGet,
  cacheHas,
  cacheSet,
  type CacheToolDeps,
  type QueueTarget,
} from "../../../../src/tools/mod.ts";
import { runBound } from "../run_bound.ts";

interface Bench extends CacheToolDeps {
  readonly values: Map<string, JsonValue>;
  readonly changes: unknown[];
  readonly targets: QueueTarget[];
}

function createBench(): Bench {
  const values = new Map<string, JsonValue>();
  const changes: unknown[] = [];
  const targets: QueueTarget[] = [];
  const look = (key: string): CacheLookup => {
    const value = values.get(key);
    return value === undefined
      ? { hit: false }
      : { hit: true, value, expiresAtMs: key === "timed" ? 2_500 : null, sha256: "ab" };
  };
  const cache: SharedCache = {
    peerId: "peer",
    get: (key) => Promise.resolve(look(key)),
    has: (key) => Promise.resolve(values.has(key)),
    set(key, value, { ttlMs, replicate } = {}) {
      changes.push({ ttlMs, replicate });
      values.set(key, value);
      return Promise.resolve();
    },
    delete(key, { replicate } = {}) {
      changes.push({ replicate });
      return Promise.resolve(values.delete(key));
    },
  };
  const cacheOf = (target: QueueTarget) => {
    targets.push(target);
    return cache;
  };
  return { caches: { cacheOf }, values, changes, targets };
}

const REPLY = { ok: true, key: "k", "peer_id": "peer" };

Deno.test("p2p_taskqueue_cache_get tells a value that is null from no value", async () => {
  const bench = createBench();
  const miss = await runBound(cacheGet, bench, { key: "k" });
  assert.deepEqual(miss.structuredContent, { ...REPLY, hit: false, value: null });
  assert.equal(miss.content[0].text, 'No value under "k"');
  bench.values.set("k", null);
  const hit = await runBound(cacheGet, bench, { key: "k" });
  assert.deepEqual(hit.structuredContent, {
    ...REPLY,
    hit: true,
    value: null,
    "expires_at": null,
    sha256: "ab",
  });
  assert.equal(hit.content[0].text, "null");
});

Deno.test("p2p_taskqueue_cache_get says when the value is forgotten, in seconds", async () => {
  const bench = createBench();
  bench.values.set("timed", 1);
  const { structuredContent } = await runBound(cacheGet, bench, { key: "timed" });
  assert.equal(structuredContent["expires_at"], 2.5);
});

Deno.test("p2p_taskqueue_cache_set keeps any value; a time of 0 means for ever", async () => {
  for (
    const [args, change] of [
      [{}, { ttlMs: undefined, replicate: true }],
      [{ "ttl_s": null }, { ttlMs: undefined, replicate: true }],
      [{ "ttl_s": 0 }, { ttlMs: undefined, replicate: true }],
      [{ "ttl_s": -1 }, { ttlMs: undefined, replicate: true }],
      [{ "ttl_s": 1.5, replicate: false }, { ttlMs: 1_500, replicate: false }],
    ] as const
  ) {
    const bench = createBench();
    const value = [{ n: 1 }, null];
    const { structuredContent } = await runBound(cacheSet, bench, { key: "k", value, ...args });
    assert.deepEqual(structuredContent, REPLY);
    assert.deepEqual(bench.values.get("k"), value);
    assert.deepEqual(bench.changes, [change]);
  }
});

Deno.test("p2p_taskqueue_cache_has and _delete say whether there was a value", async () => {
  const bench = createBench();
  const has = await runBound(cacheHas, bench, { key: "k" });
  assert.deepEqual(has.structuredContent, { ...REPLY, hit: false });
  bench.values.set("k", null);
  const known = await runBound(cacheHas, bench, { key: "k", "remote_peer_id": "far" });
  assert.deepEqual(known.structuredContent, { ...REPLY, hit: true });
  assert.equal(bench.targets.at(-1)?.peerId, "far");
  for (const deleted of [true, false]) {
    const result = await runBound(cacheDelete, bench, { key: "k" });
    assert.deepEqual(result.structuredContent, { ...REPLY, deleted });
  }
});

Deno.test("the cache tools refuse an empty key", async () => {
  const bench = createBench();
  for (const tool of [cacheGet, cacheHas, cacheDelete]) {
    const result = await runBound(tool as typeof cacheGet, bench, { key: "" });
    assert.equal(result.structuredContent["code"], "invalid_arguments");
  }
});

Deno.test("the cache tools say why a node refuses, and when it does not answer", async () => {
  const failing = (get: SharedCache["get"]): CacheToolDeps => ({
    caches: { cacheOf: () => ({ peerId: "far", get }) as SharedCache },
  });
  const refusal = new RemoteError({ code: "cache_disabled", op: "cache.get", peerId: "far" });
  const refused = await runBound(cacheGet, failing(() => Promise.reject(refusal)), { key: "k" });
  assert.equal(refused.structuredContent["code"], "cache_disabled");
  const silent = failing((_key, { signal } = {}) =>
    new Promise((_, reject) =>
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true })
    )
  );
  const late = await runBound(cacheGet, silent, { key: "k", "timeout_s": 0.001 });
  assert.equal(late.structuredContent["code"], "peer_timeout");
});
