import type { Task } from "../../../task/mod.ts";
import type { ExpireTasks } from "../../task_store.ts";
import { expireTask } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { withLazyPayload } from "../payload.ts";
import { saveRecord } from "../save_record.ts";
import { fromRow, SELECT_TASKS } from "../task_row.ts";
import { promote } from "./promote.ts";

/** Overdue leases and deadlines. The planner prefers a wider index unless it is told otherwise. */
export const OVERDUE = `${SELECT_TASKS} WHERE seq IN (
    SELECT seq FROM (
      SELECT seq FROM tasks INDEXED BY tasks_leased
      WHERE status = 'running' AND lease_until_ms <= ?1
      ORDER BY lease_until_ms LIMIT ?2 + 0
    )
    UNION
    SELECT seq FROM (
      SELECT seq FROM tasks INDEXED BY tasks_deadline
      WHERE deadline_at_ms IS NOT NULL AND (status = 'queued' OR status = 'running')
        AND deadline_at_ms <= ?1
      ORDER BY deadline_at_ms LIMIT ?2 + 0
    )
  ) ORDER BY seq LIMIT ?2 + 0`;

/** So many tasks one sweep makes ready, so that claims need not; the next sweep goes on. */
const MAX_PROMOTED = 200;

/** Requeue or fail up to `limit` tasks whose lease or deadline has passed. */
export function expire(database: Database, sweep: ExpireTasks): readonly Task[] {
  const { nowMs, limit } = sweep;
  const expired = database.tuples(OVERDUE, [nowMs, limit]).map((row) => {
    const record = fromRow(row);
    const task = saveRecord(database, record, expireTask(record, sweep));
    return withLazyPayload(database, record, task);
  });
  promote(database, { types: "any", nowMs, limit: MAX_PROMOTED });
  return expired;
}
