import { type Task, TaskNotFoundError } from "../../../task/mod.ts";
import type { TaskRecord } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { withLazyPayload } from "../payload.ts";
import { saveRecord } from "../save_record.ts";
import type { StoredRecord } from "../task_row.ts";
import { getRecord } from "./get.ts";

/**
 * Apply a transition to one task. A transition that returns its argument saves nothing.
 *
 * @param database Where the task is.
 * @param taskId The task.
 * @param transition What to do with it.
 * @param onChange Does what belongs to the change, if there is one.
 * @throws {TaskNotFoundError} If there is no such task; or what the transition throws.
 */
export function change(
  database: Database,
  taskId: string,
  transition: (record: TaskRecord) => TaskRecord,
  onChange?: (before: StoredRecord) => void,
): Task {
  const record = getRecord(database, taskId);
  if (record === undefined) throw new TaskNotFoundError(taskId);
  const changed = transition(record);
  if (changed === record) return withLazyPayload(database, record, record.task);
  const task = saveRecord(database, record, changed);
  onChange?.(record);
  return withLazyPayload(database, record, task);
}
