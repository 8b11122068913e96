import type { Task } from "../../task/mod.ts";
import { hasAffinity } from "../transition/mod.ts";
import type { Database } from "./database.ts";

/** What decides who may claim a task. */
export type Placement = Pick<Task, "type" | "requires" | "affinity">;

/** Where a ready task stands. */
export interface Place {
  readonly lane: number;
  /** When it must leave this lane for one without affinity; `null` means never. */
  readonly laneUntilMs: number | null;
}

/** The place of a task that is not ready. */
export const NO_PLACE: { readonly [member in keyof Place]: null } = {
  lane: null,
  laneUntilMs: null,
};

/** Finds a lane by its unique key. */
export const FIND_LANE = `SELECT id FROM lanes
  WHERE tag = ? AND worker = ? AND session = ? AND type = ? AND requires = ?`;

const ADD_LANE = "INSERT INTO lanes (tag, worker, session, type, requires) VALUES (?, ?, ?, ?, ?)";

/** Find the place of a ready task; a lane that is not there yet is made. */
export function findPlace(database: Database, task: Placement, nowMs: number): Place {
  const affinity = hasAffinity(task, nowMs) ? task.affinity : null;
  const key = [
    task.requires[0] ?? "",
    affinity?.worker ?? "",
    affinity?.session ?? "",
    task.type,
    JSON.stringify(task.requires),
  ];
  const [row] = database.all(FIND_LANE, key);
  const lane = row === undefined ? database.run(ADD_LANE, key).lastInsertRowid : Number(row["id"]);
  return { lane, laneUntilMs: affinity?.untilMs ?? null };
}
