import { type LogEntry, TaskNotFoundError } from "../../../task/mod.ts";
import type { LogQuery } from "../../task_store.ts";
import type { Database } from "../database.ts";
import { seqOf } from "./seq_of.ts";

/** Lines of one task behind a cursor. */
export const LINES = `SELECT n, at_ms, stream, message FROM task_logs
  WHERE task = ? AND n > ? ORDER BY n LIMIT ? + 0`;

/**
 * Lines of a task's log behind a cursor, oldest first.
 *
 * @throws {TaskNotFoundError} If there is no such task.
 */
export function logs(database: Database, query: LogQuery): readonly LogEntry[] {
  const { taskId, afterSeq, limit } = query;
  const task = seqOf(database, taskId);
  if (task === undefined) throw new TaskNotFoundError(taskId);
  return database.all(LINES, [task, afterSeq, limit]).map((row) => ({
    seq: Number(row["n"]),
    atMs: Number(row["at_ms"]),
    stream: String(row["stream"]),
    message: String(row["message"]),
  }));
}
