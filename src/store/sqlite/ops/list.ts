import { type Task, TaskNotFoundError } from "../../../task/mod.ts";
import type { TaskQuery } from "../../task_store.ts";
import type { Database } from "../database.ts";
import { fromRow, SELECT_TASKS } from "../task_row.ts";

/**
 * One page of tasks, oldest first.
 *
 * @throws {TaskNotFoundError} If `afterTaskId` names no task.
 */
export function list(database: Database, query: TaskQuery): readonly Task[] {
  const { status, types = [], limit, afterTaskId } = query;
  const conditions = ["seq > :afterSeq"];
  if (status !== undefined) conditions.push("status = :status");
  if (types.length > 0) conditions.push("type IN (SELECT value FROM json_each(:types))");
  const where = conditions.join(" AND ");
  const rows = database.all(`${SELECT_TASKS} WHERE ${where} ORDER BY seq LIMIT :limit + 0`, {
    afterSeq: afterTaskId === undefined ? 0 : seqOf(database, afterTaskId),
    limit,
    ...(status === undefined ? {} : { status }),
    ...(types.length === 0 ? {} : { types: JSON.stringify(types) }),
  });
  return rows.map((row) => fromRow(row).task);
}

function seqOf(database: Database, taskId: string): number {
  const [row] = database.all("SELECT seq FROM tasks WHERE id = :taskId", { taskId });
  if (row === undefined) throw new TaskNotFoundError(taskId);
  return Number(row["seq"]);
}
