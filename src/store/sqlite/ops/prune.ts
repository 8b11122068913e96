import type { PruneTasks } from "../../task_store.ts";
import type { Database } from "../database.ts";

/** Longest unchanged first. Their payloads and logs go with them. */
export const PRUNE = `DELETE FROM tasks WHERE seq IN (
    SELECT seq FROM tasks INDEXED BY tasks_final
    WHERE (status = 'completed' OR status = 'failed' OR status = 'cancelled')
      AND updated_at_ms < :beforeMs
    ORDER BY updated_at_ms LIMIT :limit + 0
  )`;

const PRUNE_LANES = "DELETE FROM lanes WHERE head_seq IS NULL";
const PRUNE_TYPES =
  "DELETE FROM type_counts WHERE queued + running + completed + failed + cancelled = 0";

/**
 * Delete up to `limit` final tasks last changed before a time, and the lanes and types in which
 * nothing is left; returns how many tasks.
 */
export function prune(database: Database, { beforeMs, limit }: PruneTasks): number {
  const { changes } = database.run(PRUNE, { beforeMs, limit });
  database.run(PRUNE_LANES);
  database.run(PRUNE_TYPES);
  return changes;
}
