import type { Task } from "../../../task/mod.ts";
import type { RenewLease } from "../../task_store.ts";
import { renewLease } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { appendLog } from "./append_log.ts";
import { change } from "./change.ts";

/** Move a lease's end, store progress and append to the log. */
export function renew(database: Database, renewal: RenewLease): Task {
  const { taskId, logs = [], nowMs } = renewal;
  return change(database, taskId, (record) => renewLease(record, renewal), (record) => {
    if (logs.length > 0) appendLog(database, record, { lines: logs, nowMs });
  });
}
