import { canTransition, InvalidTransitionError, isTerminal } from "../../task/mod.ts";
import type { RetryTask } from "../task_store.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * Queue a failed or cancelled task again, as if no attempt had been made; only its history and its
 * log tell of them. Reports of earlier holders no longer count.
 *
 * @throws {InvalidTransitionError} If it is queued, running or completed.
 */
export function retryTask({ task }: TaskRecord, retry: RetryTask): TaskRecord {
  if (!isTerminal(task.status) || !canTransition(task.status, "queued")) {
    throw new InvalidTransitionError(task.id, task.status, "queued");
  }
  const { nowMs, deadlineAtMs } = retry;
  return {
    task: {
      ...task,
      status: "queued",
      attempt: 0,
      updatedAtMs: nowMs,
      notBeforeMs: nowMs,
      deadlineAtMs,
      progress: null,
      result: null,
      error: null,
    },
    lastToken: null,
  };
}
