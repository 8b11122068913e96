import type {
  CacheBounds,
  CacheEntry,
  CacheStore,
  CacheTotals,
  EntryContent,
  EntryVersion,
  SweepCache,
  SweptCache,
  WriteEntry,
  WrittenEntry,
} from "../cache_store.ts";
import { entryBytes, isExpired, resolveCacheWrite } from "../resolve_cache_write.ts";
import { MemorySteps } from "./memory_steps.ts";

/** An entry; without content it is a tombstone. */
interface MemoryEntry {
  readonly content: EntryContent | undefined;
  readonly expiresAtMs: number | null;
  readonly version: EntryVersion;
  readonly bytes: number;
}

/**
 * Create a cache store that forgets everything with the process: for tests, and for a node whose
 * cache file cannot be used.
 *
 * @returns The store.
 */
export function createMemoryCacheStore(): CacheStore {
  return new MemoryCacheStore();
}

class MemoryCacheStore implements CacheStore {
  /** Least recently used first: an entry that is used is put in anew. */
  readonly #entries = new Map<string, MemoryEntry>();
  #bytes = 0;
  #floorMs = -Infinity;
  readonly #steps = new MemorySteps();

  get(key: string, nowMs: number): Promise<CacheEntry | undefined> {
    return this.#steps.run(() => {
      const entry = this.#entries.get(key);
      if (entry?.content === undefined || isExpired(entry.expiresAtMs, nowMs)) return undefined;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      const { content, expiresAtMs, version } = entry;
      return { ...content, expiresAtMs, version };
    });
  }

  has(key: string, nowMs: number): Promise<boolean> {
    return this.#steps.run(() => this.#hasValue(key, nowMs));
  }

  write(entry: WriteEntry): Promise<WrittenEntry> {
    return this.#steps.run(() => {
      const { key, nowMs, bounds } = entry;
      const known = this.#entries.get(key)?.version;
      const hadValue = this.#hasValue(key, nowMs);
      const version = resolveCacheWrite(entry, { known, floorMs: this.#floorMs });
      if (version === undefined) {
        return { taken: false, hadValue, version: known ?? entry.version, evicted: 0 };
      }
      // An expired value has nothing but its version to say.
      const isTombstone = isExpired(entry.expiresAtMs, nowMs);
      const content = isTombstone ? undefined : entry.content;
      const expiresAtMs = content === undefined ? null : entry.expiresAtMs;
      this.#put(key, { content, expiresAtMs, version, bytes: entryBytes(key, content?.json) });
      return { taken: true, hadValue, version, evicted: this.#evict(bounds) };
    });
  }

  sweep({ nowMs, limit, bounds }: SweepCache): Promise<SweptCache> {
    return this.#steps.run(() => {
      const expired = this.#find(limit, (entry) => isExpired(entry.expiresAtMs, nowMs));
      for (const [key, { version }] of expired) {
        const bytes = entryBytes(key);
        this.#put(key, { content: undefined, expiresAtMs: null, version, bytes });
      }
      const purged = this.#find(
        limit,
        ({ content, version }) =>
          content === undefined && version.atMs <= nowMs - bounds.tombstoneMs,
      );
      for (const [key, entry] of purged) this.#drop(key, entry);
      const evicted = this.#evict(bounds, limit);
      return { expired: expired.length, purged: purged.length, evicted };
    });
  }

  totals(): Promise<CacheTotals> {
    return this.#steps.run(() => ({
      entries: this.#entries.size,
      values: this.#find(Infinity, ({ content }) => content !== undefined).length,
      bytes: this.#bytes,
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#steps.close();
  }

  #hasValue(key: string, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    return entry?.content !== undefined && !isExpired(entry.expiresAtMs, nowMs);
  }

  #find(limit: number, matches: (entry: MemoryEntry) => boolean): [string, MemoryEntry][] {
    const found: [string, MemoryEntry][] = [];
    for (const [key, entry] of this.#entries) {
      if (found.length >= limit) break;
      if (matches(entry)) found.push([key, entry]);
    }
    return found;
  }

  #put(key: string, entry: MemoryEntry): void {
    this.#bytes += entry.bytes - (this.#entries.get(key)?.bytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #drop(key: string, { bytes, version }: MemoryEntry): void {
    this.#entries.delete(key);
    this.#bytes -= bytes;
    this.#floorMs = Math.max(this.#floorMs, version.atMs);
  }

  /** The newest entry is the last, and thereby stays. */
  #evict({ maxBytes, maxEntries }: CacheBounds, limit = Infinity): number {
    let evicted = 0;
    for (const [key, entry] of this.#entries) {
      const { size } = this.#entries;
      if (evicted >= limit || size <= 1) break;
      if (size <= maxEntries && this.#bytes <= maxBytes) break;
      this.#drop(key, entry);
      evicted++;
    }
    return evicted;
  }
}
