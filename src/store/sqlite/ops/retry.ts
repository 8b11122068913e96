import type { Task } from "../../../task/mod.ts";
import type { RetryTask } from "../../task_store.ts";
import { retryTask } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { change } from "./change.ts";

/** Queue a failed or cancelled task again. */
export function retry(database: Database, wish: RetryTask): Task {
  return change(database, wish.taskId, (record) => retryTask(record, wish));
}
