import type { Task } from "../../../task/mod.ts";
import type { CancelTask } from "../../task_store.ts";
import { cancelTask } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { change } from "./change.ts";

/** Cancel a task that is not final. */
export function cancel(database: Database, cancellation: CancelTask): Task {
  return change(database, cancellation.taskId, (record) => cancelTask(record, cancellation));
}
