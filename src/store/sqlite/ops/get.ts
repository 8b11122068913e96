import type { Task } from "../../../task/mod.ts";
import type { Database } from "../database.ts";
import { withPayload } from "../payload.ts";
import { fromRow, SELECT_TASKS, type StoredRecord } from "../task_row.ts";

const BY_ID = `${SELECT_TASKS} WHERE id = ?`;

/** The task with this id, if any. */
export function get(database: Database, taskId: string): Task | undefined {
  const record = getRecord(database, taskId);
  return record === undefined ? undefined : withPayload(database, record);
}

/** The record of the task with this id, if any. */
export function getRecord(database: Database, taskId: string): StoredRecord | undefined {
  const [row] = database.tuples(BY_ID, [taskId]);
  return row === undefined ? undefined : fromRow(row);
}
