import type { Task } from "../../../task/mod.ts";
import type { ExpireTasks } from "../../task_store.ts";
import { expireTask } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { fromRow, saveRecord, SELECT_TASKS } from "../task_row.ts";

/** Overdue leases and deadlines. The planner prefers a wider index unless it is told otherwise. */
export const OVERDUE = `${SELECT_TASKS} WHERE seq IN (
    SELECT seq FROM (
      SELECT seq FROM tasks INDEXED BY tasks_leased
      WHERE status = 'running' AND lease_until_ms <= :nowMs
      ORDER BY lease_until_ms LIMIT :limit + 0
    )
    UNION
    SELECT seq FROM (
      SELECT seq FROM tasks INDEXED BY tasks_deadline
      WHERE deadline_at_ms IS NOT NULL AND status IN ('queued', 'running')
        AND deadline_at_ms <= :nowMs
      ORDER BY deadline_at_ms LIMIT :limit + 0
    )
  ) ORDER BY seq LIMIT :limit + 0`;

/** Requeue or fail up to `limit` tasks whose lease or deadline has passed. */
export function expire(database: Database, sweep: ExpireTasks): readonly Task[] {
  const { nowMs, limit } = sweep;
  return database.all(OVERDUE, { nowMs, limit }).map((row) => {
    const record = fromRow(row);
    return saveRecord(database, { ...expireTask(record, sweep), seq: record.seq });
  });
}
