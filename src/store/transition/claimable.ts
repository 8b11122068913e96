import type { Task } from "../../task/mod.ts";
import type { ClaimTasks } from "../task_store.ts";

/** Whether a claim may take the task at this time: queued, its time come, its deadline not passed. */
export function isClaimable(task: Task, nowMs: number): boolean {
  return task.status === "queued" && task.notBeforeMs <= nowMs &&
    (task.deadlineAtMs === null || task.deadlineAtMs > nowMs);
}

/** Whether only the claimers that the task prefers may have it. */
export function hasAffinity({ affinity }: Pick<Task, "affinity">, nowMs: number): boolean {
  return affinity !== null && affinity.untilMs > nowMs &&
    (affinity.worker !== null || affinity.session !== null);
}

/** Who asks for tasks. */
export type Claimer = Pick<ClaimTasks, "worker" | "types" | "offers" | "session" | "nowMs">;

/** Whether the task is for this claimer: by its type, what it requires, and its affinity. */
export function isFor(task: Task, claimer: Claimer): boolean {
  const { types, offers } = claimer;
  return (types === "any" || types.includes(task.type)) &&
    task.requires.every((tag) => offers.includes(tag)) &&
    isPreferred(task, claimer);
}

function isPreferred(task: Task, { worker, session, nowMs }: Claimer): boolean {
  const { affinity } = task;
  if (affinity === null || !hasAffinity(task, nowMs)) return true;
  return (affinity.worker === null || affinity.worker === worker) &&
    (affinity.session === null || affinity.session === session);
}
