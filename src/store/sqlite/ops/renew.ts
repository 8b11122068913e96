import type { Task } from "../../../task/mod.ts";
import type { RenewLease } from "../../task_store.ts";
import { renewLease } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { change } from "./change.ts";

/** Move a lease's end and store progress. */
export function renew(database: Database, renewal: RenewLease): Task {
  return change(database, renewal.taskId, (record) => renewLease(record, renewal));
}
