import type { AttemptFailure, Task } from "../../task/mod.ts";
import type { WireFailure, WireTask } from "./wire_task.ts";

/** Options of {@linkcode toWireTask}. */
export interface ToWireTaskOptions {
  /** Add the fencing token: only for whoever has just claimed the task. @default {false} */
  readonly withLeaseToken?: boolean | undefined;
}

/**
 * A task as the protocol has it.
 *
 * @param task The task.
 * @param options Whether the fencing token goes with it.
 * @returns Its members by their names on the wire.
 */
export function toWireTask(task: Task, options: ToWireTaskOptions = {}): WireTask {
  const wireTask: WireTask = {
    "task_id": task.id,
    "task_type": task.type,
    "model_name": task.model,
    payload: task.payload,
    status: task.status,
    "assigned_worker": task.assignedWorker,
    "created_at": task.createdAtMs / 1_000,
    "updated_at": task.updatedAtMs / 1_000,
    result: task.result,
    error: task.error?.message ?? null,
    "error_code": task.error?.code ?? null,
    progress: task.progress,
    priority: task.priority,
    attempt: task.attempt,
    "max_attempts": task.maxAttempts,
    "next_attempt_at": task.notBeforeMs / 1_000,
    "deadline_at": toSeconds(task.deadlineAtMs),
    "lease_until": toSeconds(task.lease?.untilMs ?? null),
    // A running task changes only by a sign of life of its holder.
    "heartbeat_at": task.lease === null ? null : task.updatedAtMs / 1_000,
    "idempotency_key": task.idempotencyKey,
    requires: task.requires,
    "sticky_worker_id": task.affinity?.worker ?? null,
    "session_id": task.affinity?.session ?? null,
    "affinity_until": toSeconds(task.affinity?.untilMs ?? null),
    "log_count": task.logCount,
    fenced: task.lease?.isFenced ?? null,
    failures: task.failures.map(toWireFailure),
  };
  if (options.withLeaseToken !== true || task.lease === null) return wireTask;
  return { ...wireTask, "lease_token": task.lease.token };
}

function toWireFailure({ atMs, ...failure }: AttemptFailure): WireFailure {
  return { ...failure, at: atMs / 1_000 };
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
