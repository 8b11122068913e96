import type { StatusCounts } from "../../task_store.ts";
import type { Database, Row } from "../database.ts";

const TOTALS = `SELECT sum(queued) AS queued, sum(running) AS running,
  sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled
  FROM type_counts`;

/** A type whose last task was pruned leaves its row behind until the next clean-up. */
const BY_TYPE = `SELECT * FROM type_counts
  WHERE queued + running + completed + failed + cancelled > 0
  ORDER BY type LIMIT ? + 0`;

const RUNNING = "SELECT running FROM type_counts WHERE type = ?";

/** How many tasks are in each state. */
export function counts(database: Database): StatusCounts {
  return toCounts(database.all(TOTALS)[0]);
}

/** The same for each of the first `limit` types. */
export function countsByType(
  database: Database,
  limit: number,
): ReadonlyMap<string, StatusCounts> {
  const rows = database.all(BY_TYPE, [limit]);
  return new Map(rows.map((row) => [String(row["type"]), toCounts(row)]));
}

/** How many tasks of a type run. */
export function countRunning(database: Database, type: string): number {
  return Number(database.all(RUNNING, [type])[0]?.["running"] ?? 0);
}

function toCounts(row: Row | undefined): StatusCounts {
  return {
    queued: Number(row?.["queued"] ?? 0),
    running: Number(row?.["running"] ?? 0),
    completed: Number(row?.["completed"] ?? 0),
    failed: Number(row?.["failed"] ?? 0),
    cancelled: Number(row?.["cancelled"] ?? 0),
  };
}
