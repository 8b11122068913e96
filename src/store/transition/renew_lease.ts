import type { JsonObject } from "../../codec/mod.ts";
import { LeaseLostError } from "../../task/mod.ts";
import type { RenewLease } from "../task_store.ts";
import type { TaskRecord } from "./task_record.ts";

/** Longest progress of a task as JSON, in UTF-16 units, however many reports it comes from. */
export const MAX_PROGRESS_LENGTH = 512 * 1024;

/**
 * Move a lease's end, merge progress and count lines of log, which the store keeps. The last holder of a cancelled task gets the task as it
 * is: that is how a worker learns of the cancellation.
 *
 * @throws {LeaseLostError} If the token is not that of the newest attempt, or the attempt is over.
 */
export function renewLease(record: TaskRecord, renewal: RenewLease): TaskRecord {
  const { task, lastToken } = record;
  if (lastToken !== renewal.token) throw new LeaseLostError(task.id);
  if (task.status === "cancelled") return record;
  if (task.lease === null) throw new LeaseLostError(task.id);
  const { nowMs, leaseMs, progress, logs = [] } = renewal;
  return {
    ...record,
    task: {
      ...task,
      updatedAtMs: nowMs,
      lease: { ...task.lease, untilMs: nowMs + leaseMs },
      progress: progress === undefined ? task.progress : mergeProgress(task.progress, progress),
      logCount: task.logCount + logs.length,
    },
  };
}

/** A report replaces members of the same names. When the sum grows too long, only the report stays. */
function mergeProgress(known: JsonObject | null, report: JsonObject): JsonObject {
  const merged = { ...known, ...report };
  return JSON.stringify(merged).length <= MAX_PROGRESS_LENGTH ? merged : report;
}
