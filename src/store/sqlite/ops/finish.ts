import type { Task } from "../../../task/mod.ts";
import type { FinishAttempt } from "../../task_store.ts";
import { finishAttempt } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { change } from "./change.ts";

/** End an attempt with its outcome. */
export function finish(database: Database, finishing: FinishAttempt): Task {
  return change(database, finishing.taskId, (record) => finishAttempt(record, finishing));
}
