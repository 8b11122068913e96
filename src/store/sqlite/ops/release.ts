import type { Task } from "../../../task/mod.ts";
import type { ReleaseLease } from "../../task_store.ts";
import { releaseLease } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { change } from "./change.ts";

/** Give a leased task back. */
export function release(database: Database, handBack: ReleaseLease): Task {
  return change(database, handBack.taskId, (record) => releaseLease(record, handBack));
}
