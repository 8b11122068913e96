import type { Database } from "../database.ts";

/** The least of three numbers, each the first entry of an index. */
export const NEXT_DUE = `SELECT min(due) AS due FROM (
    SELECT min(lease_until_ms) AS due FROM tasks INDEXED BY tasks_leased
    WHERE status = 'running'
    UNION ALL
    SELECT min(deadline_at_ms) FROM tasks INDEXED BY tasks_deadline
    WHERE deadline_at_ms IS NOT NULL AND status IN ('queued', 'running')
    UNION ALL
    SELECT min(not_before_ms) FROM tasks INDEXED BY tasks_due
    WHERE status = 'queued' AND ready = 0 AND not_before_ms > :nowMs
  )`;

/** When the next lease, deadline or `notBefore` falls due; `null` if nothing is pending. */
export function nextDueMs(database: Database, nowMs: number): number | null {
  const [row] = database.all(NEXT_DUE, { nowMs });
  const due = row?.["due"];
  return typeof due === "number" ? due : null;
}
