import type { Task } from "../../../task/mod.ts";
import type { ClaimTasks } from "../../task_store.ts";
import { startAttempt } from "../../transition/mod.ts";
import type { Database, Row } from "../database.ts";
import { fromRow, saveRecord, SELECT_TASKS } from "../task_row.ts";

/** How many tasks whose time has come one claim makes ready, for each type. */
const MAX_PROMOTED = 1_000;

/** Makes tasks claimable whose time has come. */
export const PROMOTE = `UPDATE tasks SET ready = 1 WHERE seq IN (
    SELECT seq FROM tasks INDEXED BY tasks_delayed
    WHERE status = 'queued' AND ready = 0 AND type = :type AND not_before_ms <= :nowMs
    ORDER BY not_before_ms LIMIT ${MAX_PROMOTED}
  )`;

/** Lease up to `limit` claimable tasks, highest priority first, then oldest. */
export function claim(database: Database, claim: ClaimTasks): readonly Task[] {
  const types = [...new Set(claim.types)];
  if (types.length === 0 || claim.limit < 1) return [];
  for (const type of types) database.all(PROMOTE, { type, nowMs: claim.nowMs });
  return findClaimable(database, types, claim).map((row) => {
    const record = fromRow(row);
    return saveRecord(database, { ...startAttempt(record, claim), seq: record.seq });
  });
}

function findClaimable(
  database: Database,
  types: readonly string[],
  { limit, nowMs }: ClaimTasks,
): readonly Row[] {
  const parameters = Object.fromEntries(types.map((type, index) => [`type${index}`, type]));
  return database.all(claimableSql(types.length), { ...parameters, limit, nowMs });
}

/**
 * One probe of the index for each type, then the best of all: with `type IN (…)` SQLite would read
 * every queued task of every type.
 */
export function claimableSql(typeCount: number): string {
  const probes = Array.from({ length: typeCount }, (_, index) =>
    `SELECT * FROM (
      SELECT seq, priority FROM tasks INDEXED BY tasks_ready
      WHERE ready = 1 AND type = :type${index}
        AND (deadline_at_ms IS NULL OR deadline_at_ms > :nowMs)
      ORDER BY priority DESC, seq LIMIT :limit + 0
    )`);
  return `WITH best AS (
      ${probes.join("\n    UNION ALL ")}
      ORDER BY priority DESC, seq LIMIT :limit + 0
    )
    ${SELECT_TASKS} WHERE seq IN (SELECT seq FROM best) ORDER BY priority DESC, seq`;
}
