import type { JsonObject } from "../../codec/mod.ts";
import type { Task, TaskFailure } from "../../task/mod.ts";
import { toStorableText } from "./storable_text.ts";

/** How many entries a task's failure history keeps; the newest stay. */
export const MAX_FAILURES = 50;

/** The end of an attempt that did not complete. */
export interface FailAttempt {
  readonly nowMs: number;
  readonly error: TaskFailure;
  /** Whether the task is queued again while attempts remain. */
  readonly retryable: boolean;
  readonly backoffMs: number;
  /** What there is of a result; kept only if the task fails for good. */
  readonly result?: JsonObject | undefined;
}

/** End the running attempt of a task: queue it again, or fail it for good. */
export function failAttempt(task: Task, failure: FailAttempt): Task {
  const { nowMs, retryable, backoffMs, result = null } = failure;
  const error = toFailure(failure.error);
  const ended: Task = {
    ...task,
    updatedAtMs: nowMs,
    lease: null,
    failures: withFailure(task, error, nowMs),
  };
  if (retryable && task.attempt < task.maxAttempts) {
    return { ...ended, status: "queued", notBeforeMs: nowMs + backoffMs };
  }
  return { ...ended, status: "failed", error, result };
}

/** The error as every store keeps it. */
export function toFailure({ code, message }: TaskFailure): TaskFailure {
  return { code: toStorableText(code), message: toStorableText(message) };
}

/** The task's failure history with its running attempt added. */
export function withFailure(task: Task, error: TaskFailure, atMs: number): Task["failures"] {
  const entry = { ...error, attempt: task.attempt, atMs, worker: task.assignedWorker ?? "" };
  return [...task.failures, entry].slice(-MAX_FAILURES);
}
