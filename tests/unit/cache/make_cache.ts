import {
  type CacheChange,
  createLocalCache,
  type LocalCache,
  type LocalCacheDeps,
} from "../../../src/cache/mod.ts";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createMemoryCacheStore } from "../../../src/store/memory/mod.ts";

/** When tests begin, in epoch milliseconds. */
export const START_MS = 1_700_000_000_000;

/** A cache in memory with what a test wants to see of it. */
export interface MadeCache {
  readonly cache: LocalCache;
  readonly clock: FakeClock;
  /** What it told of, for other nodes. */
  readonly changes: CacheChange[];
  /** Operations and their outcomes. */
  readonly operations: string[];
}

/** Make a cache in memory. */
export function makeCache(deps: Partial<LocalCacheDeps> = {}): MadeCache {
  const clock = new FakeClock(START_MS);
  const changes: CacheChange[] = [];
  const operations: string[] = [];
  const cache = createLocalCache({
    store: createMemoryCacheStore(),
    peerId: "here",
    clock,
    onChange: (change) => changes.push(change),
    onOperation: (op, outcome) => operations.push(`${op} ${outcome}`),
    ...deps,
  });
  return { cache, clock, changes, operations };
}

/** A change of another node. */
export function changeOf(fields: Partial<CacheChange> = {}): CacheChange {
  return {
    key: "k",
    value: 1,
    expiresAtMs: null,
    version: { atMs: START_MS, peerId: "there" },
    ...fields,
  };
}
