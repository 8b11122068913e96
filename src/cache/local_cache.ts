import type { JsonValue } from "../codec/mod.ts";
import { type Clock, systemClock } from "../concurrency/mod.ts";
import { AppError } from "../error/mod.ts";
import type {
  CacheBounds,
  CacheStore,
  CacheTotals,
  SweptCache,
  WriteEntry,
  WrittenEntry,
} from "../store/mod.ts";
import { toCacheValue } from "./cache_value.ts";
import { checkChange, checkKey, toExpiresAtMs } from "./check_entry.ts";
import { CacheChangeRefusedError } from "./errors.ts";
import { type CacheLimits, toCacheLimits } from "./limits.ts";
import type {
  CacheCallOptions,
  CacheChange,
  CacheLookup,
  CacheSetOptions,
  CacheWriteOptions,
  ReplicatedCache,
} from "./shared_cache.ts";

/** Entries that one transaction of a sweep changes, of each kind. */
const SWEEP_STEP = 500;

/** What a node's cache needs. */
export interface LocalCacheDeps {
  /** Keeps the entries. Closed by whoever opened it. */
  readonly store: CacheStore;
  /** This node, which the changes made here are named after. */
  readonly peerId: string;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Those that differ from {@linkcode DEFAULT_CACHE_LIMITS}. */
  readonly limits?: Partial<CacheLimits> | undefined;
  /** Told of each change made here that is to go on to other nodes. It must not throw. */
  readonly onChange?: ((change: CacheChange) => void) | undefined;
  /** Told of each call and its outcome, for metrics. It must not throw. */
  readonly onOperation?: ((op: CacheOperation, outcome: string) => void) | undefined;
}

/** What can be asked of a cache. */
export type CacheOperation = "get" | "has" | "set" | "delete" | "apply";

/** The shared cache of this node. */
export interface LocalCache extends ReplicatedCache {
  /** Free the room of what has expired, and keep to the limits. Returns what was done. */
  sweep(options?: CacheCallOptions): Promise<SweptCache>;
  /** What there is. */
  totals(): Promise<CacheTotals>;
}

/**
 * Create the shared cache of this node, over a store.
 *
 * Every change has a version, and the newest change of a key wins, whatever the order in which
 * changes arrive. A change made here always wins over what is known here; its version is at least
 * the present time. What is deleted stays deleted: no older change can bring it back.
 *
 * @param deps The store, this node's peer id, and who is told of changes.
 * @returns The cache. {@linkcode runCacheSweeper} keeps it in order.
 * @throws {RangeError} If a limit makes no sense.
 * @throws {TypeError} If the peer id is empty.
 *
 * @example null is a value
 * ```ts
 * import { createLocalCache } from "./mod.ts";
 * import { createMemoryCacheStore } from "../store/memory/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await using store = createMemoryCacheStore();
 * const cache = createLocalCache({ store, peerId: "12D3KooW" });
 * await cache.set("answer", null, { ttlMs: 60_000 });
 * assert.equal((await cache.get("answer")).hit, true);
 * assert.equal(await cache.delete("answer"), true);
 * assert.equal(await cache.delete("answer"), false);
 * assert.deepEqual(await cache.get("answer"), { hit: false });
 * ```
 */
export function createLocalCache(deps: LocalCacheDeps): LocalCache {
  return new StoredCache(deps);
}

class StoredCache implements LocalCache {
  readonly peerId: string;
  readonly #deps: LocalCacheDeps;
  readonly #clock: Clock;
  readonly #limits: CacheLimits;
  readonly #bounds: CacheBounds;

  constructor(deps: LocalCacheDeps) {
    const { peerId, clock = systemClock } = deps;
    if (peerId === "") {
      throw new TypeError('Cannot create cache as its node has no name: peerId ""');
    }
    this.peerId = peerId;
    this.#deps = deps;
    this.#clock = clock;
    this.#limits = toCacheLimits(deps.limits);
    const { maxBytes, maxEntries, tombstoneMs, maxAheadMs } = this.#limits;
    this.#bounds = { maxBytes, maxEntries, tombstoneMs, maxAheadMs };
  }

  get(key: string, { signal }: CacheCallOptions = {}): Promise<CacheLookup> {
    return this.#run<CacheLookup>("get", signal, async () => {
      checkKey(key, this.#limits);
      const entry = await this.#deps.store.get(key, this.#nowMs());
      if (entry === undefined) return { value: { hit: false }, outcome: "miss" };
      const { json, sha256, expiresAtMs } = entry;
      const value: JsonValue = JSON.parse(json);
      return { value: { hit: true, value, expiresAtMs, sha256 }, outcome: "hit" };
    });
  }

  has(key: string, { signal }: CacheCallOptions = {}): Promise<boolean> {
    return this.#run("has", signal, async () => {
      checkKey(key, this.#limits);
      const hit = await this.#deps.store.has(key, this.#nowMs());
      return { value: hit, outcome: hit ? "hit" : "miss" };
    });
  }

  set(key: string, value: JsonValue, options: CacheSetOptions = {}): Promise<void> {
    return this.#run("set", options.signal, async () => {
      checkKey(key, this.#limits);
      const content = toCacheValue(value, this.#limits.maxValueBytes);
      const nowMs = this.#nowMs();
      const expiresAtMs = toExpiresAtMs(options.ttlMs, { nowMs, limits: this.#limits });
      const { version } = await this.#writeOwn({ key, content, expiresAtMs, nowMs });
      const { sha256 } = content;
      this.#tell({ key, value: content.value, expiresAtMs, version, sha256 }, options);
      return { value: undefined, outcome: "ok" };
    });
  }

  delete(key: string, options: CacheWriteOptions = {}): Promise<boolean> {
    return this.#run("delete", options.signal, async () => {
      checkKey(key, this.#limits);
      const nowMs = this.#nowMs();
      // Also when there is nothing here: other nodes may have a value.
      const deletion = { key, content: undefined, expiresAtMs: null, nowMs };
      const { version, hadValue } = await this.#writeOwn(deletion);
      this.#tell({ key, value: undefined, expiresAtMs: null, version }, options);
      return { value: hadValue, outcome: hadValue ? "hit" : "miss" };
    });
  }

  apply(change: CacheChange, { signal }: CacheCallOptions = {}): Promise<boolean> {
    return this.#run("apply", signal, async () => {
      const { key, version, value } = change;
      const nowMs = this.#nowMs();
      checkKey(key, this.#limits);
      checkChange(change, { nowMs, limits: this.#limits });
      const content = value === undefined
        ? undefined
        : toCacheValue(value, this.#limits.maxValueBytes);
      if (change.sha256 !== undefined && change.sha256 !== content?.sha256) {
        throw new CacheChangeRefusedError(`its value does not match its hash: key "${key}"`, {
          code: "cache_hash_mismatch",
        });
      }
      const { taken } = await this.#deps.store.write({
        key,
        content,
        expiresAtMs: this.#capExpiry(change),
        version: { atMs: version.atMs, peerId: version.peerId },
        isOwn: false,
        nowMs,
        bounds: this.#bounds,
      });
      return { value: taken, outcome: taken ? "ok" : "stale" };
    });
  }

  async sweep({ signal }: CacheCallOptions = {}): Promise<SweptCache> {
    let [expired, purged, evicted] = [0, 0, 0];
    for (;;) {
      signal?.throwIfAborted();
      const [nowMs, bounds] = [this.#nowMs(), this.#bounds];
      const step = await this.#deps.store.sweep({ nowMs, limit: SWEEP_STEP, bounds });
      expired += step.expired;
      purged += step.purged;
      evicted += step.evicted;
      if (Math.max(step.expired, step.purged, step.evicted) < SWEEP_STEP) {
        return { expired, purged, evicted };
      }
    }
  }

  totals(): Promise<CacheTotals> {
    return this.#deps.store.totals();
  }

  #writeOwn(
    entry: Pick<WriteEntry, "key" | "content" | "expiresAtMs" | "nowMs">,
  ): Promise<WrittenEntry> {
    return this.#deps.store.write({
      ...entry,
      version: { atMs: entry.nowMs, peerId: this.peerId },
      isOwn: true,
      bounds: this.#bounds,
    });
  }

  #tell(change: CacheChange, { replicate = true }: CacheWriteOptions): void {
    if (replicate) this.#deps.onChange?.(change);
  }

  /** The same on every node, so that all forget it at the same time. */
  #capExpiry({ expiresAtMs, version }: CacheChange): number | null {
    if (expiresAtMs === null) return null;
    return Math.min(expiresAtMs, version.atMs + this.#limits.maxTtlMs);
  }

  /** The store keeps whole milliseconds. */
  #nowMs(): number {
    return Math.floor(this.#clock.now());
  }

  async #run<T>(
    op: CacheOperation,
    signal: AbortSignal | undefined,
    work: () => Promise<{ readonly value: T; readonly outcome: string }>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      const { value, outcome } = await work();
      this.#deps.onOperation?.(op, outcome);
      return value;
    } catch (error) {
      this.#deps.onOperation?.(op, error instanceof AppError ? error.code : "internal_error");
      throw error;
    }
  }
}
