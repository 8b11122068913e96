import type { LogQuery } from "../../store/mod.ts";
import { isTerminal, type LogEntry, type Task, TaskNotFoundError } from "../../task/mod.ts";
import { Checks } from "../checks.ts";
import type { WatchedTask } from "../task_queue.ts";
import type { LocalWatchTask } from "./local_task_queue.ts";
import { DEFAULT_WAIT_MS, type TaskWatching } from "./task_watching.ts";

/** Lines that are read from the store at a time. */
const LOG_PAGE = 256;

/**
 * Tells of a task's lines of log and of its states, newest state only, until it is final or the time
 * has passed. Lines come before the state in which they were reported.
 *
 * @returns The task and how far its log was told; `undefined` if there is no such task.
 * @throws {TooManyWaitersError} If too many watch already.
 */
export async function watchTask(
  watch: LocalWatchTask,
  watching: TaskWatching,
  signal: AbortSignal | undefined,
): Promise<WatchedTask | undefined> {
  signal?.throwIfAborted();
  const { taskId, onEvent } = watch;
  const { store, watchers, deadlines } = watching;
  const { timeoutMs, afterLog } = checkWatch(watch);
  // Watching begins before the first look, so that no change falls between the two.
  using watcher = timeoutMs === 0
    ? undefined
    : watchers.watch(taskId, { timeoutMs, deadlines, signal });
  let task = await store.get(taskId);
  if (task === undefined) return undefined;
  let logCursor = afterLog;
  for (;;) {
    logCursor = await tellLog(task, { afterSeq: logCursor, store, onEvent });
    await onEvent({ kind: "task", task });
    const isOver = isTerminal(task.status) || watch.isEnough?.(task) === true;
    if (isOver || watcher === undefined) return { task, logCursor };
    let next = watcher.take();
    while (next === undefined) {
      if (await watcher.wait() === "timeout") return { task, logCursor };
      next = watcher.take();
    }
    task = next;
  }
}

function checkWatch({ timeoutMs = DEFAULT_WAIT_MS, afterLog = 0 }: LocalWatchTask) {
  const check = new Checks("watch task");
  return {
    timeoutMs: check.duration("timeoutMs", timeoutMs),
    afterLog: check.integer("afterLog", afterLog, { min: 0, max: Number.MAX_SAFE_INTEGER }),
  };
}

/** How the log is told. */
interface LogTelling extends Pick<LocalWatchTask, "onEvent">, Pick<TaskWatching, "store"> {
  readonly afterSeq: number;
}

/** Tells of the lines that are kept up to those that the task counts. */
async function tellLog(task: Task, { afterSeq, store, onEvent }: LogTelling): Promise<number> {
  let cursor = afterSeq;
  while (cursor < task.logCount) {
    const entries = await readLog(store, { taskId: task.id, afterSeq: cursor, limit: LOG_PAGE });
    for (const entry of entries) await onEvent({ kind: "log", entry });
    cursor = entries.at(-1)?.seq ?? task.logCount;
  }
  return cursor;
}

async function readLog(
  store: TaskWatching["store"],
  query: LogQuery,
): Promise<readonly LogEntry[]> {
  try {
    return await store.logs(query);
  } catch (error) {
    // It was pruned meanwhile, and its log with it.
    if (error instanceof TaskNotFoundError) return [];
    throw error;
  }
}
