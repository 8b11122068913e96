import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type CacheChange,
  type CacheLookup,
  createLocalCache,
  createReplicator,
  type LocalCache,
} from "../../../src/cache/mod.ts";
import type { JsonValue } from "../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup } from "../../../src/concurrency/mod.ts";
import { compareVersions } from "../../../src/store/mod.ts";
import { createMemoryCacheStore } from "../../../src/store/memory/mod.ts";
import { START_MS } from "./make_cache.ts";

/** What one node does, or what happens to it. Nodes and changes are numbers, taken modulo. */
type Step =
  | { readonly kind: "set"; readonly node: number; readonly key: string; readonly ttlMs?: number }
  | { readonly kind: "delete" | "sweep"; readonly node: number; readonly key: string }
  | { readonly kind: "deliver"; readonly node: number; readonly change: number }
  | { readonly kind: "wait"; readonly ms: number };

const KEYS = ["a", "b", "\uff5e"];
// Code point order and the order of JavaScript disagree about the last two.
const PEERS = ["one", "two", "\uff5e", "\u{1f600}"];
/** Clocks may differ by less than what a node refuses as too far ahead. */
const MAX_SKEW_MS = 25_000;
const MAX_TTL_MS = 3_000;
const NODE_COUNTS = { min: 1, max: PEERS.length };

const node = fc.nat(PEERS.length - 1);
const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), node, key }),
  fc.record({
    kind: fc.constant("set" as const),
    node,
    key,
    ttlMs: fc.integer({ min: 1, max: MAX_TTL_MS }),
  }),
  fc.record({ kind: fc.constantFrom("delete", "sweep"), node, key }),
  fc.record({ kind: fc.constant("deliver" as const), node, change: fc.nat() }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(2_000) }),
);

/** A network of caches under one time, each with a clock of its own. */
class Caches {
  readonly changes: CacheChange[] = [];
  readonly nodes: readonly LocalCache[];
  readonly #clocks: readonly FakeClock[];
  #nextValue = 0;

  constructor(skewsMs: readonly number[]) {
    this.#clocks = skewsMs.map((skewMs) => new FakeClock(START_MS + skewMs));
    this.nodes = this.#clocks.map((clock, index) =>
      createLocalCache({
        store: createMemoryCacheStore(),
        peerId: PEERS[index] ?? "",
        clock,
        onChange: (change) => this.changes.push(change),
      })
    );
  }

  async do(step: Step): Promise<void> {
    if (step.kind === "wait") return await this.wait(step.ms);
    const cache = this.#at(step.node);
    switch (step.kind) {
      case "set": {
        const value = this.#nextValue++;
        await cache.set(step.key, value, { ttlMs: step.ttlMs });
        // Who sets reads what was set, whatever other nodes did.
        const lookup = await cache.get(step.key);
        assert.equal(lookup.hit && lookup.value, value);
        return;
      }
      case "delete":
        await cache.delete(step.key);
        assert.equal(await cache.has(step.key), false);
        return;
      case "sweep":
        await cache.sweep();
        return;
      case "deliver": {
        const change = this.changes[step.change % this.changes.length];
        if (change !== undefined) await cache.apply(change);
      }
    }
  }

  async wait(ms: number): Promise<void> {
    await Promise.all(this.#clocks.map((clock) => clock.advance(ms)));
  }

  #at(index: number): LocalCache {
    const cache = this.nodes[index % this.nodes.length];
    assert.ok(cache);
    return cache;
  }
}

/** What a cache has under each key. */
async function contentsOf(cache: LocalCache): Promise<readonly JsonValue[]> {
  const lookups = await Promise.all(KEYS.map((name) => cache.get(name)));
  return lookups.map((lookup: CacheLookup) => lookup.hit ? [lookup.value, lookup.sha256] : null);
}

/** What there must be under each key when all expiring values have expired. */
function newestOf(changes: readonly CacheChange[]): readonly JsonValue[] {
  return KEYS.map((name) => {
    const [newest] = changes
      .filter((change) => change.key === name)
      .sort((a, b) => compareVersions(b.version, a.version));
    const isThere = newest?.value !== undefined && newest.expiresAtMs === null;
    return isThere ? [newest.value ?? null, newest.sha256 ?? null] : null;
  });
}

const plan = fc.record({
  skewsMs: fc.array(fc.nat(MAX_SKEW_MS), {
    minLength: NODE_COUNTS.min,
    maxLength: NODE_COUNTS.max,
  }),
  steps: fc.array(step, { maxLength: 40, size: "max" }),
  seed: fc.integer(),
});

/** The numbers below `count` in an order that a seed decides. */
function shuffled(count: number, seed: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  let state = seed >>> 0;
  for (let last = count - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    const [a, b] = [order[last] ?? 0, order[other] ?? 0];
    [order[last], order[other]] = [b, a];
  }
  return order;
}

Deno.test("LocalCaches agree once all have got all changes, in any order and any number of times", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ skewsMs, steps, seed }) => {
      const caches = new Caches(skewsMs);
      for (const step of steps) await caches.do(step);
      // What was lost is sent again, to each node in an order of its own.
      for (const [index, cache] of caches.nodes.entries()) {
        for (const at of shuffled(caches.changes.length, seed + index)) {
          const change = caches.changes[at];
          if (change !== undefined) await cache.apply(change);
          if (at % 5 === 0) await cache.sweep();
        }
      }
      await caches.wait(MAX_TTL_MS + MAX_SKEW_MS);
      const expected = newestOf(caches.changes);
      for (const cache of caches.nodes) assert.deepEqual(await contentsOf(cache), expected);
    }),
    { numRuns: 150 },
  );
});

Deno.test("LocalCaches agree on expiring values while these last", async () => {
  const step = fc.record({ node, key, ttlMs: fc.integer({ min: 1, max: MAX_TTL_MS }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20, size: "max" }),
      fc.nat(MAX_TTL_MS),
      async (sets, ms) => {
        const caches = new Caches([0, 0, 0]);
        for (const set of sets) await caches.do({ kind: "set", ...set });
        for (const cache of caches.nodes) {
          for (const change of caches.changes.toReversed()) await cache.apply(change);
        }
        await caches.wait(ms);
        const [first, ...others] = await Promise.all(caches.nodes.map(contentsOf));
        for (const other of others) assert.deepEqual(other, first);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("LocalCaches agree through replicators over connections that fail at random", async () => {
  const call = fc.record({
    node,
    key,
    isDeletion: fc.boolean(),
    waitMs: fc.constantFrom(0, 0, 100, 1_000),
  });
  const failures = fc.infiniteStream(fc.boolean());
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 25, size: "max" }),
      failures,
      async (calls, failing) => {
        const clock = new FakeClock(START_MS);
        const caches: LocalCache[] = [];
        let isBroken = true;
        const replicators = PEERS.map((own) =>
          createReplicator({
            clock,
            targets: () =>
              caches.filter(({ peerId }) => peerId !== own).map((cache) => ({
                id: cache.peerId,
                cache: {
                  apply: async (change) => {
                    // Whether the request is lost or the answer to it.
                    if (isBroken && failing.next().value) throw new Error("request lost");
                    const taken = await cache.apply(change);
                    if (isBroken && failing.next().value) throw new Error("answer lost");
                    return taken;
                  },
                },
              })),
          })
        );
        for (const [index, peerId] of PEERS.entries()) {
          const store = createMemoryCacheStore();
          const onChange = replicators[index]?.push;
          caches.push(createLocalCache({ store, peerId, clock, onChange }));
        }
        await runTaskGroup(async (group) => {
          for (const replicator of replicators) {
            group.spawn("replicate", (signal) => replicator.run(signal));
          }
          for (const [at, { node, key, isDeletion, waitMs }] of calls.entries()) {
            const cache = caches[node];
            if (isDeletion) await cache?.delete(key);
            else await cache?.set(key, at);
            await clock.advance(waitMs);
          }
          isBroken = false;
          await clock.advance(120_000);
          group.cancel();
        });
        const [first, ...others] = await Promise.all(caches.map(contentsOf));
        for (const other of others) assert.deepEqual(other, first);
        for (const replicator of replicators) assert.equal(replicator.statistics().queued, 0);
      },
    ),
    { numRuns: 25 },
  );
});
