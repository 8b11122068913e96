/**
 * The durable task store: SQLite through `node:sqlite`, in WAL mode with group commit.
 *
 * @module
 */

export { openSqliteTaskStore, type SqliteTaskStoreOptions } from "./sqlite_task_store.ts";
