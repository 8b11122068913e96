import { type Task, TaskNotFoundError } from "../../../task/mod.ts";
import type { TaskQuery } from "../../task_store.ts";
import type { Database } from "../database.ts";
import { withPayload } from "../payload.ts";
import { fromRow, SELECT_TASKS } from "../task_row.ts";
import { seqOf } from "./seq_of.ts";

/**
 * One page of tasks, oldest first.
 *
 * @throws {TaskNotFoundError} If `afterTaskId` names no task.
 */
export function list(database: Database, query: TaskQuery): readonly Task[] {
  const { status, types = [], limit, afterTaskId } = query;
  const conditions = ["seq > ?1"];
  if (status !== undefined) conditions.push("status = ?3");
  if (types.length > 0) conditions.push("type IN (SELECT value FROM json_each(?4))");
  const where = conditions.join(" AND ");
  const rows = database.tuples(`${SELECT_TASKS} WHERE ${where} ORDER BY seq LIMIT ?2 + 0`, [
    afterTaskId === undefined ? 0 : cursorOf(database, afterTaskId),
    limit,
    ...(status === undefined && types.length === 0 ? [] : [status ?? null]),
    ...(types.length === 0 ? [] : [JSON.stringify(types)]),
  ]);
  return rows.map((row) => withPayload(database, fromRow(row)));
}

function cursorOf(database: Database, taskId: string): number {
  const seq = seqOf(database, taskId);
  if (seq === undefined) throw new TaskNotFoundError(taskId);
  return seq;
}
