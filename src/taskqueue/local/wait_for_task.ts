import { isTerminal, type Task } from "../../task/mod.ts";
import { Checks } from "../checks.ts";
import type { WaitForTask } from "../task_queue.ts";
import { DEFAULT_WAIT_MS, type TaskWatching } from "./task_watching.ts";

/**
 * The task once it is final, or as it is when the time has passed; `undefined` if there is none.
 *
 * @throws {InvalidTaskError} If the time makes no sense.
 * @throws {TooManyWaitersError} If too many wait already.
 */
export async function waitForTask(
  { taskId, timeoutMs = DEFAULT_WAIT_MS, onProgress }: WaitForTask,
  { store, watchers, deadlines }: TaskWatching,
  signal: AbortSignal | undefined,
): Promise<Task | undefined> {
  signal?.throwIfAborted();
  const waitMs = new Checks("wait for task").duration("timeoutMs", timeoutMs);
  if (waitMs === 0) return await store.get(taskId);
  // Watching begins before the first look, so that no change falls between the two.
  using watcher = watchers.watch(taskId, { timeoutMs: waitMs, deadlines, signal });
  let task = await store.get(taskId);
  if (task === undefined || isTerminal(task.status)) return task;
  if (task.progress !== null) onProgress?.(task);
  // An idle wait keeps no task, only its id.
  task = undefined;
  while (await watcher.wait() === "news") {
    task = watcher.take();
    if (task === undefined) continue;
    if (isTerminal(task.status)) return task;
    onProgress?.(task);
    task = undefined;
  }
  return await store.get(taskId);
}
