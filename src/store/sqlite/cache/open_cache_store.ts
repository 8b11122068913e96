import { AppError } from "../../../error/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { CacheStore } from "../../cache_store.ts";
import { StoreOpenError } from "../../errors.ts";
import { createMemoryCacheStore } from "../../memory/memory_cache_store.ts";
import { openSqliteCacheStore, type SqliteCacheStoreOptions } from "./sqlite_cache_store.ts";

/** How the store of a node's cache is opened. */
export interface OpenCacheStoreOptions extends SqliteCacheStoreOptions {
  /** Told of a file that cannot be used. */
  readonly logger: Logger;
}

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
  const { logger, path } = options;
  try {
    return openOrReplace(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.warn("Cache is kept in memory only, as its file cannot be used", { error, path });
    return createMemoryCacheStore();
  }
}

function openOrReplace(options: OpenCacheStoreOptions): CacheStore {
  const { logger, path } = options;
  try {
    return openSqliteCacheStore(options);
  } catch (error) {
    if (!(error instanceof StoreOpenError) || !isReplaceable(error)) throw error;
    const asidePath = `${path}.set-aside`;
    setAside(path, asidePath);
    logger.warn("Cache file was set aside, and a new one begun", { error, path, asidePath });
    return openSqliteCacheStore(options);
  }
}

function isReplaceable({ code }: StoreOpenError): boolean {
  return code === "store_corrupt" || code === "store_newer_schema";
}

function setAside(path: string, asidePath: string): void {
  try {
    // A journal may stay behind. SQLite deletes it when it finds the file empty.
    Deno.renameSync(path, asidePath);
  } catch (cause) {
    const hint = "Move the file away, or check that this user may write its directory";
    throw new StoreOpenError("a damaged file is in its place and cannot be moved", {
      code: "store_unreadable",
      path,
      cause,
      hint,
    });
  }
}
