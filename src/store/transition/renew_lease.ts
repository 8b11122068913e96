import { LeaseLostError } from "../../task/mod.ts";
import type { RenewLease } from "../task_store.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * Move a lease's end and merge progress. The last holder of a cancelled task gets the task as it
 * is: that is how a worker learns of the cancellation.
 *
 * @throws {LeaseLostError} If the token is not that of the newest attempt, or the attempt is over.
 */
export function renewLease(record: TaskRecord, renewal: RenewLease): TaskRecord {
  const { task, lastToken } = record;
  if (lastToken !== renewal.token) throw new LeaseLostError(task.id);
  if (task.status === "cancelled") return record;
  if (task.lease === null) throw new LeaseLostError(task.id);
  const { nowMs, leaseMs, progress } = renewal;
  return {
    ...record,
    task: {
      ...task,
      updatedAtMs: nowMs,
      lease: { ...task.lease, untilMs: nowMs + leaseMs },
      progress: progress === undefined ? task.progress : { ...task.progress, ...progress },
    },
  };
}
