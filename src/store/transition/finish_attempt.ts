import { LeaseLostError, type Task } from "../../task/mod.ts";
import type { AttemptOutcome, FinishAttempt } from "../task_store.ts";
import { failAttempt } from "./fail_attempt.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * End the running attempt with its outcome. Repeating the same report changes nothing, so a holder
 * whose reply was lost may send it again.
 *
 * @throws {LeaseLostError} If the token is not that of the newest attempt, or the attempt has ended
 * in another way.
 */
export function finishAttempt(record: TaskRecord, finish: FinishAttempt): TaskRecord {
  const { task, lastToken } = record;
  const { outcome, nowMs, token } = finish;
  if (lastToken !== token) throw new LeaseLostError(task.id);
  if (task.status !== "running") {
    if (endedBy(task, outcome)) return record;
    throw new LeaseLostError(task.id);
  }
  if (outcome.status === "failed") {
    return { ...record, task: failAttempt(task, { ...outcome, nowMs }) };
  }
  return {
    ...record,
    task: {
      ...task,
      status: "completed",
      updatedAtMs: nowMs,
      lease: null,
      result: outcome.result,
      error: null,
    },
  };
}

/** Whether the task is in the state that this outcome of its newest attempt leads to. */
function endedBy(task: Task, outcome: AttemptOutcome): boolean {
  if (task.status === outcome.status) return true;
  return outcome.status === "failed" && task.status === "queued";
}
