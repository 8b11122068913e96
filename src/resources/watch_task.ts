import type { Clock } from "../concurrency/mod.ts";
import { isTerminal, type Task } from "../task/mod.ts";
import type { WatchResourceOptions } from "../mcp/mod.ts";
import type { TaskQueue } from "../taskqueue/mod.ts";
import { ChangeTeller } from "./change_teller.ts";

/** Longest single watch. */
const WATCH_MS = 300_000;

/** A task that has ended tells nobody that it was retried or deleted, nor does a queue out of reach. */
const LOOK_AGAIN_MS = 10_000;

/** New lines of log are told at most once in this time. */
const LOG_INTERVAL_MS = 1_000;

/** What is watched of a task. */
export interface WatchedPart {
  /** The task. */
  readonly taskId: string;
  /** The task itself, or its log. */
  readonly part: "task" | "log";
}

/**
 * Tell of every change of a task, or of its log, until the signal aborts.
 *
 * @param queue Who has the task.
 * @param watched What is watched.
 * @param options Who is told.
 * @returns When the signal has aborted.
 */
export async function watchTask(
  queue: TaskQueue,
  { taskId, part }: WatchedPart,
  options: WatchResourceOptions & { readonly clock: Clock },
): Promise<void> {
  const { onChange, signal, clock } = options;
  const intervalMs = part === "log" ? LOG_INTERVAL_MS : 0;
  using teller = new ChangeTeller(onChange, { intervalMs, clock });
  const describe = part === "log" ? describeLog : describeTask;
  let known: string | undefined;
  const take = (task: Task | undefined): void => {
    const now = task === undefined ? "none" : describe(task);
    if (known !== undefined && now !== known) teller.tell();
    known = now;
  };
  while (!signal.aborted) {
    // What fails is tried again below; what was missed meanwhile is told then.
    const seen = await watchOnce(queue, { taskId, take, signal })
      .then((task) => ({ task }), () => undefined);
    if (seen !== undefined) take(seen.task);
    if (seen?.task !== undefined && !isTerminal(seen.task.status)) continue;
    await clock.sleep(LOOK_AGAIN_MS, { signal }).catch(() => {});
  }
}

async function watchOnce(
  queue: TaskQueue,
  { taskId, take, signal }: {
    readonly taskId: string;
    readonly take: (task: Task) => void;
    readonly signal: AbortSignal;
  },
): Promise<Task | undefined> {
  const watched = await queue.watch({
    taskId,
    timeoutMs: WATCH_MS,
    // The state says how many lines there are; the lines themselves are not needed.
    afterLog: Number.MAX_SAFE_INTEGER,
    onEvent: (event) => {
      if (event.kind === "task") take(event.task);
    },
  }, { signal });
  return watched?.task;
}

/** Renewals of the lease alone are no change. */
function describeTask(task: Task): string {
  const { status, attempt, assignedWorker, progress, error, notBeforeMs, result } = task;
  return JSON.stringify([
    ...[status, attempt, assignedWorker, progress, error, notBeforeMs],
    result !== null,
  ]);
}

function describeLog({ status, logCount }: Task): string {
  return `${status} ${logCount}`;
}
