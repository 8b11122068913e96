import type { TaskStore } from "../../store/mod.ts";
import type { TaskWatchers } from "./task_watchers.ts";
import type { WaitDeadlines } from "./wait_deadlines.ts";

/** What waiting for tasks and watching them take. */
export interface TaskWatching {
  readonly store: Pick<TaskStore, "get" | "logs">;
  readonly watchers: TaskWatchers;
  readonly deadlines: WaitDeadlines;
}

/** How long waits last whose caller does not say. */
export const DEFAULT_WAIT_MS = 60_000;
