/**
 * The durable stores, of tasks and of the cache: SQLite through `node:sqlite`, in WAL mode with group
 * commit.
 *
 * @module
 */

export { openSqliteTaskStore, type SqliteTaskStoreOptions } from "./sqlite_task_store.ts";
export { openSqliteCacheStore, type SqliteCacheStoreOptions } from "./cache/sqlite_cache_store.ts";
export { openCacheStore, type OpenCacheStoreOptions } from "./cache/open_cache_store.ts";
