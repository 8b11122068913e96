/**
 * The five states of a task. `completed`, `failed` and `cancelled` are final: nothing leaves them but
 * an explicit retry of a `failed` or `cancelled` task.
 */
export type TaskStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** All states, in the order of a task's life. */
export const TASK_STATUSES: readonly TaskStatus[] = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
];

/** States in which a task is done with. */
const TERMINAL: readonly TaskStatus[] = ["completed", "failed", "cancelled"];

const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  queued: ["running", "failed", "cancelled"],
  running: ["queued", "completed", "failed", "cancelled"],
  completed: [],
  failed: ["queued"],
  cancelled: ["queued"],
};

/**
 * Whether a task may go from one state to another.
 *
 * @param from The present state.
 * @param to The wished-for state.
 * @returns `true` if the state machine has that step. The steps out of `failed` and `cancelled` are
 * for an explicit retry only.
 */
export function canTransition(from: TaskStatus, to: TaskStatus): boolean {
  return NEXT[from].includes(to);
}

/**
 * Whether a task in this state is done with: no worker has it or will have it, unless somebody asks
 * for a retry.
 *
 * @param status A task's state.
 * @returns `true` for `completed`, `failed` and `cancelled`.
 */
export function isTerminal(status: TaskStatus): boolean {
  return TERMINAL.includes(status);
}
