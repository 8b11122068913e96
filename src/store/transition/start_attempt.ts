import { randomBytes } from "node:crypto";
import { InvalidTransitionError } from "../../task/mod.ts";
import type { ClaimTasks } from "../task_store.ts";
import type { TaskRecord } from "./task_record.ts";

/**
 * Lease a claimable task for its next attempt. Progress of an earlier attempt is forgotten.
 *
 * @throws {InvalidTransitionError} If it is not queued.
 */
export function startAttempt(
  { task }: TaskRecord,
  claim: Pick<ClaimTasks, "worker" | "nowMs" | "leaseMs" | "isFenced">,
): TaskRecord {
  if (task.status !== "queued") {
    throw new InvalidTransitionError(task.id, task.status, "running");
  }
  const { worker, nowMs, leaseMs, isFenced } = claim;
  const attempt = task.attempt + 1;
  const token = `${task.id}:${attempt}:${randomBytes(8).toString("hex")}`;
  return {
    task: {
      ...task,
      status: "running",
      attempt,
      updatedAtMs: nowMs,
      lease: { worker, token, untilMs: nowMs + leaseMs, isFenced },
      assignedWorker: worker,
      progress: null,
    },
    lastToken: token,
  };
}
