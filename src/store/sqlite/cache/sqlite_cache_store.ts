import type {
  CacheEntry,
  CacheStore,
  CacheTotals,
  SweepCache,
  SweptCache,
  WriteEntry,
  WrittenEntry,
} from "../../cache_store.ts";
import { isExpired, resolveCacheWrite } from "../../resolve_cache_write.ts";
import type { Database } from "../database.ts";
import { openDatabase } from "../open_database.ts";
import { StoreAccess } from "../store_access.ts";
import { findEntry, findValue, readTotals, saveEntry } from "./entries.ts";
import { evict } from "./evict.ts";
import { Recency } from "./recency.ts";
import { CACHE_SCHEMA } from "./schema.ts";
import { sweep } from "./sweep.ts";

/** One write makes room for itself; a quota that became much smaller is for the sweeps. */
const MAX_EVICTED = 8_192;

/** How a cache store is opened. */
export interface SqliteCacheStoreOptions {
  /** The file. Created, readable by its owner only, if it is not there; its directory must be. */
  readonly path: string;
  /**
   * How long to wait for another process to let go of the file. The event loop stands still
   * meanwhile. @default {2000}
   */
  readonly busyTimeoutMs?: number | undefined;
}

/**
 * Open a cache store in a SQLite file. What it reported survives the end of the process, however that
 * ends; a power cut may cost the last changes, but never the file.
 *
 * @param options The file.
 * @returns The store, to be disposed.
 * @throws {StoreOpenError} If the file is damaged, locked, unreadable, or of a later release.
 * @throws {StoreFullError} If there is no room for an empty store.
 * @throws {RangeError} If a limit is no whole number.
 *
 * @example Keep a value
 * ```ts
 * import { openSqliteCacheStore } from "../mod.ts";
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   await using store = openSqliteCacheStore({ path: `${directory}/cache.sqlite` });
 *   await store.write({
 *     key: "answer",
 *     content: { json: "42", sha256: "73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049" },
 *     expiresAtMs: 2_000,
 *     version: { atMs: 1_000, peerId: "12D3KooW" },
 *     isOwn: true,
 *     nowMs: 1_000,
 *     bounds: { maxBytes: 1e6, maxEntries: 1e3, tombstoneMs: 86_400_000, maxAheadMs: 60_000 },
 *   });
 *   assert.equal((await store.get("answer", 1_999))?.json, "42");
 *   assert.equal(await store.get("answer", 2_000), undefined);
 * }
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export function openSqliteCacheStore(options: SqliteCacheStoreOptions): CacheStore {
  const database = openDatabase({ ...options, schema: CACHE_SCHEMA });
  // The last changes of a cache are not worth a disk sync each.
  database.run("PRAGMA synchronous = NORMAL");
  database.run("PRAGMA cache_size = -8192");
  return new SqliteCacheStore(database);
}

class SqliteCacheStore implements CacheStore {
  readonly #access: StoreAccess;
  readonly #recency: Recency;

  constructor(database: Database) {
    this.#access = new StoreAccess(database);
    this.#recency = new Recency(database);
  }

  get(key: string, nowMs: number): Promise<CacheEntry | undefined> {
    return this.#access.read((database) => {
      const found = findValue(database, key, nowMs);
      if (found !== undefined) this.#recency.note(found.id);
      return found?.entry;
    });
  }

  has(key: string, nowMs: number): Promise<boolean> {
    return this.#access.read((database) => findEntry(database, key, nowMs)?.hasValue ?? false);
  }

  write(entry: WriteEntry): Promise<WrittenEntry> {
    return this.#access.write((database) => this.#write(database, entry));
  }

  sweep(step: SweepCache): Promise<SweptCache> {
    return this.#access.write((database) => sweep(database, this.#recency, step));
  }

  totals(): Promise<CacheTotals> {
    return this.#access.read((database) => {
      const { entries, values, bytes } = readTotals(database);
      return { entries, values, bytes };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#access[Symbol.asyncDispose]();
  }

  #write(database: Database, entry: WriteEntry): WrittenEntry {
    const { key, nowMs, bounds } = entry;
    const known = findEntry(database, key, nowMs);
    const hadValue = known?.hasValue ?? false;
    const { floorMs } = readTotals(database);
    const version = resolveCacheWrite(entry, { known: known?.version, floorMs });
    if (version === undefined) {
      return { taken: false, hadValue, version: known?.version ?? entry.version, evicted: 0 };
    }
    // An expired value has nothing but its version to say.
    const isTombstone = isExpired(entry.expiresAtMs, nowMs);
    const content = isTombstone ? undefined : entry.content;
    const { expiresAtMs } = entry;
    const used = this.#recency.next();
    const id = saveEntry(database, {
      id: known?.id,
      key,
      content,
      expiresAtMs,
      version,
      used,
    });
    const evicted = evict(database, this.#recency, {
      bounds,
      limit: MAX_EVICTED,
      keepId: id,
    });
    return { taken: true, hadValue, version, evicted };
  }
}
