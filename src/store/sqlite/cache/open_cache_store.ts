import type { Logger } from "../../../telemetry/mod.ts";
import type { CacheStore } from "../../cache_store.ts";
import { createMemoryCacheStore } from "../../memory/memory_cache_store.ts";
import { openOrReplace } from "../open_or_replace.ts";
import { openSqliteCacheStore, type SqliteCacheStoreOptions } from "./sqlite_cache_store.ts";

/** How the store of a node's cache is opened. */
export interface OpenCacheStoreOptions extends SqliteCacheStoreOptions {
  /** Told of a file that cannot be used. */
  readonly logger: Logger;
}

const MESSAGES = {
  setAside: "Cache file was set aside, and a new one begun",
  inMemory: "Cache is kept in memory only, as its file cannot be used",
} as const;

/**
 * Open the store of a node's cache, whatever state its file is in: it is only a cache, and no reason
 * for a node not to start.
 *
 * A file that is damaged or of a later release is renamed to `<path>.set-aside`, over an earlier one,
 * and a new one begun. If the file cannot be had at all (locked, not permitted, no room, another
 * program's) the cache is kept in memory. Both are warned of.
 *
 * @param options The file, and who is warned.
 * @returns The store, to be disposed.
 * @throws {RangeError} If a limit is no whole number.
 */
export function openCacheStore(options: OpenCacheStoreOptions): CacheStore {
  return openOrReplace({
    path: options.path,
    logger: options.logger,
    open: () => openSqliteCacheStore(options),
    openInMemory: createMemoryCacheStore,
    messages: MESSAGES,
  });
}
