/** The five states of a task. `completed`, `failed` and `cancelled` are final. */
export type TaskStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** All states, in the order of a task's life. */
export const TASK_STATUSES: readonly TaskStatus[] = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
];

const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  queued: ["running", "failed", "cancelled"],
  running: ["queued", "completed", "failed", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
};

/**
 * Whether a task may go from one state to another.
 *
 * @param from The present state.
 * @param to The wished-for state.
 * @returns `true` if the state machine has that step.
 */
export function canTransition(from: TaskStatus, to: TaskStatus): boolean {
  return NEXT[from].includes(to);
}

/**
 * Whether a task in this state never changes again.
 *
 * @param status A task's state.
 * @returns `true` for `completed`, `failed` and `cancelled`.
 */
export function isTerminal(status: TaskStatus): boolean {
  return NEXT[status].length === 0;
}
