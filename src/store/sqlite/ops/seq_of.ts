import type { Database } from "../database.ts";

/** The number of the task with this id, if any. */
export function seqOf(database: Database, taskId: string): number | undefined {
  const [row] = database.all("SELECT seq FROM tasks WHERE id = ?", [taskId]);
  return row === undefined ? undefined : Number(row["seq"]);
}
