import { canTransition, InvalidTransitionError } from "../../task/mod.ts";
import type { CancelTask } from "../task_store.ts";
import { toFailure, withFailure } from "./fail_attempt.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * Cancel a task and end its lease. Cancelling a cancelled task changes nothing.
 *
 * @throws {InvalidTransitionError} If it completed or failed.
 */
export function cancelTask(record: TaskRecord, cancellation: CancelTask): TaskRecord {
  const { task } = record;
  if (task.status === "cancelled") return record;
  if (!canTransition(task.status, "cancelled")) {
    throw new InvalidTransitionError(task.id, task.status, "cancelled");
  }
  const { nowMs, reason } = cancellation;
  const error = toFailure({ code: "cancelled", message: reason });
  return {
    ...record,
    task: {
      ...task,
      status: "cancelled",
      updatedAtMs: nowMs,
      lease: null,
      error,
      failures: task.lease === null ? task.failures : withFailure(task, error, nowMs),
    },
  };
}
