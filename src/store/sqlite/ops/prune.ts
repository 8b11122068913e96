import type { PruneTasks } from "../../task_store.ts";
import type { Database } from "../database.ts";

/** Longest unchanged first. Their payloads go with them. */
export const PRUNE = `DELETE FROM tasks WHERE seq IN (
    SELECT seq FROM tasks INDEXED BY tasks_final
    WHERE status IN ('completed', 'failed', 'cancelled') AND updated_at_ms < :beforeMs
    ORDER BY updated_at_ms LIMIT :limit + 0
  ) RETURNING seq`;

/** Delete up to `limit` final tasks last changed before a time; returns how many. */
export function prune(database: Database, { beforeMs, limit }: PruneTasks): number {
  return database.all(PRUNE, { beforeMs, limit }).length;
}
