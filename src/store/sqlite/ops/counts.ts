import type { TaskStatus } from "../../../task/mod.ts";
import type { Database } from "../database.ts";

/** How many tasks are in each state. */
export function counts(database: Database): Readonly<Record<TaskStatus, number>> {
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const rows = database.all("SELECT status, count FROM task_counts");
  return Object.assign(none, Object.fromEntries(rows.map((row) => [row["status"], row["count"]])));
}
