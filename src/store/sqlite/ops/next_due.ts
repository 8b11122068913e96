import type { Database } from "../database.ts";

/** The least of four numbers, each the first entry of an index. */
export const NEXT_DUE = `SELECT min(due) AS due FROM (
    SELECT min(lease_until_ms) AS due FROM tasks INDEXED BY tasks_leased
    WHERE status = 'running'
    UNION ALL
    SELECT min(deadline_at_ms) FROM tasks INDEXED BY tasks_deadline
    WHERE deadline_at_ms IS NOT NULL AND (status = 'queued' OR status = 'running')
    UNION ALL
    SELECT min(not_before_ms) FROM tasks INDEXED BY tasks_due
    WHERE status = 'queued' AND lane IS NULL
    UNION ALL
    SELECT min(lane_until_ms) FROM tasks INDEXED BY tasks_leaving
    WHERE lane_until_ms IS NOT NULL
  )`;

/**
 * When the next lease, deadline, `notBefore` or end of affinity falls due; `null` if none does. It is
 * past as long as a sweep has something left to do, such as making tasks ready.
 */
export function nextDueMs(database: Database): number | null {
  const [row] = database.all(NEXT_DUE);
  const due = row?.["due"];
  return typeof due === "number" ? due : null;
}
