import type { Task } from "../../../task/mod.ts";
import type { Database } from "../database.ts";
import { fromRow, SELECT_TASKS, type StoredRecord } from "../task_row.ts";

/** The task with this id, if any. */
export function get(database: Database, taskId: string): Task | undefined {
  return getRecord(database, taskId)?.task;
}

/** The record of the task with this id, if any. */
export function getRecord(database: Database, taskId: string): StoredRecord | undefined {
  const [row] = database.all(`${SELECT_TASKS} WHERE id = :taskId`, { taskId });
  return row === undefined ? undefined : fromRow(row);
}
