import { randomBytes } from "node:crypto";
import { InvalidTransitionError, type Task } from "../../task/mod.ts";
import type { ClaimTasks } from "../task_store.ts";
import type { TaskRecord } from "./task_record.ts";

/** Whether a claim may take the task: queued, its time come, its deadline not passed. */
export function isClaimable(task: Task, nowMs: number): boolean {
  return task.status === "queued" && task.notBeforeMs <= nowMs &&
    (task.deadlineAtMs === null || task.deadlineAtMs > nowMs);
}

/**
 * Lease a claimable task for its next attempt. Progress of an earlier attempt is forgotten.
 *
 * @throws {InvalidTransitionError} If it is not queued.
 */
export function startAttempt(
  { task }: TaskRecord,
  claim: Pick<ClaimTasks, "worker" | "nowMs" | "leaseMs">,
): TaskRecord {
  if (task.status !== "queued") {
    throw new InvalidTransitionError(task.id, task.status, "running");
  }
  const attempt = task.attempt + 1;
  const token = `${attempt}-${randomBytes(8).toString("hex")}`;
  return {
    task: {
      ...task,
      status: "running",
      attempt,
      updatedAtMs: claim.nowMs,
      lease: { worker: claim.worker, token, untilMs: claim.nowMs + claim.leaseMs },
      assignedWorker: claim.worker,
      progress: null,
    },
    lastToken: token,
  };
}
