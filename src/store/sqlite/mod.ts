/**
 * The durable stores, of tasks, of the cache and of sessions: SQLite through `node:sqlite`, in WAL mode
 * with group commit.
 *
 * @module
 */

export { openSqliteTaskStore, type SqliteTaskStoreOptions } from "./sqlite_task_store.ts";
export { openSqliteCacheStore, type SqliteCacheStoreOptions } from "./cache/sqlite_cache_store.ts";
export { openCacheStore, type OpenCacheStoreOptions } from "./cache/open_cache_store.ts";
export {
  openSqliteSessionStore,
  type SqliteSessionStoreOptions,
} from "./session/sqlite_session_store.ts";
export { openSessionStore, type OpenSessionStoreOptions } from "./session/open_session_store.ts";
