import { type Clock, moveOnAfter } from "../../concurrency/mod.ts";
import { isTerminal, type Task } from "../../task/mod.ts";
import type { TaskWatchers } from "./task_watchers.ts";

/** A wait for one task. */
export interface TaskWait {
  readonly taskId: string;
  readonly timeoutMs: number;
  readonly onProgress: ((task: Task) => void) | undefined;
  readonly read: () => Promise<Task | undefined>;
  readonly watchers: TaskWatchers;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/**
 * The task once it is final, or as it is when the time has passed; `undefined` if there is none.
 *
 * @throws {TooManyWaitersError} If too many wait already.
 */
export async function waitForTask(wait: TaskWait): Promise<Task | undefined> {
  const { taskId, timeoutMs, read, watchers, clock, signal } = wait;
  if (timeoutMs <= 0) return await read();
  // Watching begins before the first look, so that no change falls between the two.
  using watcher = watchers.watch(taskId);
  const first = await read();
  if (first === undefined || isTerminal(first.status)) return first;
  if (first.progress !== null) wait.onProgress?.(first);
  const waiting = await moveOnAfter(timeoutMs, async (waitSignal) => {
    for (;;) {
      const task = await watcher.take(waitSignal);
      if (isTerminal(task.status)) return task;
      wait.onProgress?.(task);
    }
  }, { name: "wait for task", clock, signal });
  return waiting.timedOut ? await read() : waiting.value;
}
