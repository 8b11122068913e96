import type { Database, Row } from "../database.ts";
import { findPlace, type Placement } from "../lane.ts";

/** Whether there is anything to promote, whatever its type: two entries of two indexes. */
export const IS_DUE = `SELECT
  (SELECT min(not_before_ms) FROM tasks INDEXED BY tasks_due
    WHERE status = 'queued' AND lane IS NULL) <= ?1 AS is_delay_over,
  (SELECT min(lane_until_ms) FROM tasks INDEXED BY tasks_leaving
    WHERE lane_until_ms IS NOT NULL) <= ?1 AS is_affinity_over`;

const SELECT_PLACEMENTS = `SELECT seq, type, requires,
  affinity_worker, affinity_session, affinity_until_ms FROM tasks`;

/** Tasks of one type whose time has come. */
export const DELAYED_OF_TYPE = `${SELECT_PLACEMENTS} INDEXED BY tasks_delayed
  WHERE status = 'queued' AND lane IS NULL AND not_before_ms <= ? AND type = ?
  ORDER BY not_before_ms LIMIT ? + 0`;

/** Tasks of any type whose time has come. */
export const DELAYED = `${SELECT_PLACEMENTS} INDEXED BY tasks_due
  WHERE status = 'queued' AND lane IS NULL AND not_before_ms <= ?
  ORDER BY not_before_ms LIMIT ? + 0`;

/** Ready tasks whose affinity is over. */
export const LEAVING = `${SELECT_PLACEMENTS} INDEXED BY tasks_leaving
  WHERE lane_until_ms IS NOT NULL AND lane_until_ms <= ?
  ORDER BY lane_until_ms LIMIT ? + 0`;

const SET_PLACE = "UPDATE tasks SET lane = ?, lane_until_ms = ? WHERE seq = ?";

/** Which tasks to promote. */
export interface Promotion {
  /** Delayed tasks of these types. */
  readonly types: readonly string[] | "any";
  readonly nowMs: number;
  /** At most so many delayed tasks of each type, and so many whose affinity is over. */
  readonly limit: number;
}

/** Put tasks whose time has come into a lane, and those whose affinity is over into another one. */
export function promote(database: Database, { types, nowMs, limit }: Promotion): void {
  const [due] = database.all(IS_DUE, [nowMs]);
  if (due?.["is_delay_over"] === 1) {
    const delayed = types === "any"
      ? database.all(DELAYED, [nowMs, limit])
      : types.flatMap((type) => database.all(DELAYED_OF_TYPE, [nowMs, type, limit]));
    place(database, delayed, nowMs);
  }
  if (due?.["is_affinity_over"] === 1) {
    place(database, database.all(LEAVING, [nowMs, limit]), nowMs);
  }
}

function place(database: Database, rows: readonly Row[], nowMs: number): void {
  for (const row of rows) {
    const { lane, laneUntilMs } = findPlace(database, toPlacement(row), nowMs);
    database.run(SET_PLACE, [lane, laneUntilMs, Number(row["seq"])]);
  }
}

function toPlacement(row: Row): Placement {
  const untilMs = row["affinity_until_ms"];
  return {
    type: String(row["type"]),
    requires: JSON.parse(String(row["requires"])),
    affinity: typeof untilMs !== "number" ? null : {
      worker: toName(row["affinity_worker"]),
      session: toName(row["affinity_session"]),
      untilMs,
    },
  };
}

function toName(value: Row[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}
