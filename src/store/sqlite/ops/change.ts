import { type Task, TaskNotFoundError } from "../../../task/mod.ts";
import type { TaskRecord } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { saveRecord } from "../task_row.ts";
import { getRecord } from "./get.ts";

/**
 * Apply a transition to one task. A transition that returns its argument saves nothing.
 *
 * @throws {TaskNotFoundError} If there is no such task; or what the transition throws.
 */
export function change(
  database: Database,
  taskId: string,
  transition: (record: TaskRecord) => TaskRecord,
): Task {
  const record = getRecord(database, taskId);
  if (record === undefined) throw new TaskNotFoundError(taskId);
  const changed = transition(record);
  if (changed === record) return record.task;
  return saveRecord(database, { ...changed, seq: record.seq });
}
