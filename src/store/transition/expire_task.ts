import { isTerminal, type Task } from "../../task/mod.ts";
import type { ExpireTasks } from "../task_store.ts";
import { failAttempt, withFailure } from "./fail_attempt.ts";
import type { TaskRecord } from "./task_record.ts";

/** Whether the task's deadline or its lease has passed. */
export function isOverdue(task: Task, nowMs: number): boolean {
  return isPastDeadline(task, nowMs) || (task.lease !== null && task.lease.untilMs <= nowMs);
}

/**
 * Deal with an overdue task. After its deadline it fails for good; with a lost lease it is queued
 * again while attempts remain, and else fails with its history. Reports of the old holder no longer
 * count. A task that is not overdue stays as it is.
 */
export function expireTask(
  record: TaskRecord,
  sweep: Pick<ExpireTasks, "nowMs" | "backoffMs">,
): TaskRecord {
  const { task } = record;
  const { nowMs, backoffMs } = sweep;
  if (!isOverdue(task, nowMs)) return record;
  const expired = isPastDeadline(task, nowMs) ? failAtDeadline(task, nowMs) : failAttempt(task, {
    nowMs,
    error: { code: "lease_expired", message: toLeaseExpiredMessage(task) },
    retryable: true,
    backoffMs: backoffMs(task.attempt),
  });
  return { task: expired, lastToken: null };
}

function failAtDeadline(task: Task, nowMs: number): Task {
  const error = {
    code: "deadline_exceeded",
    message: `Cannot finish task as its deadline has passed: task "${task.id}"`,
  };
  return {
    ...task,
    status: "failed",
    updatedAtMs: nowMs,
    lease: null,
    error,
    failures: task.lease === null ? task.failures : withFailure(task, error, nowMs),
  };
}

function isPastDeadline(task: Task, nowMs: number): boolean {
  return !isTerminal(task.status) && task.deadlineAtMs !== null && task.deadlineAtMs <= nowMs;
}

function toLeaseExpiredMessage(task: Task): string {
  return "Cannot finish attempt as its worker gave no sign of life until the lease ended: " +
    `attempt ${task.attempt} of ${task.maxAttempts}, worker "${task.assignedWorker ?? ""}"`;
}
