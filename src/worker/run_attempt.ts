import { type Clock, isCancellation, runTaskGroup } from "../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../error/mod.ts";
import type { Task } from "../task/mod.ts";
import type { TaskQueue, WorkOutcome } from "../taskqueue/mod.ts";
import { ExecutionError, ExecutionInterruptedError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { LeaseKeeper } from "./lease_keeper.ts";

/** What {@linkcode runAttempt} needs. */
export interface RunAttemptOptions {
  /** The queue that gave the task. */
  readonly queue: TaskQueue;
  /** The leased task. */
  readonly task: Task;
  /** Runs it. */
  readonly executor: Executor;
  /** Measures renewals. */
  readonly clock: Clock;
  /** Aborted when the worker stops; the task is then to be released. */
  readonly signal: AbortSignal;
}

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: "finished"; readonly outcome: WorkOutcome }
  /** The worker stops: the task goes back to the queue. */
  | { readonly kind: "stopped" }
  /** It was cancelled, or belongs to somebody else by now: nothing is to be reported. */
  | { readonly kind: "lost" };

/**
 * Run one attempt of a leased task: execute it while its lease is kept alive.
 *
 * @param options The task and what runs it.
 * @returns How it ended. Failures of the executor are an outcome, not an exception.
 */
export function runAttempt(options: RunAttemptOptions): Promise<AttemptEnd> {
  const { queue, task, executor, clock, signal } = options;
  const interruption = new AbortController();
  const stop = () => interruption.abort(new ExecutionInterruptedError(task.id, "stopping"));
  const keeper = new LeaseKeeper({
    queue,
    task,
    clock,
    onLost: (kind) => interruption.abort(new ExecutionInterruptedError(task.id, kind)),
  });
  return runTaskGroup(async (group): Promise<AttemptEnd> => {
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    group.spawn("keep-lease", (renewSignal) => keeper.run(renewSignal));
    group.spawn("watch-task", (watchSignal) => keeper.watch(watchSignal));
    try {
      return await execute(executor, task, keeper, interruption.signal);
    } finally {
      signal.removeEventListener("abort", stop);
      // Once the attempt's end is reported, the queue takes no more lines of it.
      await keeper.flush();
      group.cancel("attempt ended");
    }
  }, { name: "attempt" });
}

async function execute(
  executor: Executor,
  task: Task,
  keeper: LeaseKeeper,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  try {
    signal.throwIfAborted();
    const result = await executor.execute(task, {
      signal,
      reportProgress: (progress) => keeper.reportProgress(progress),
      log: (stream, message) => keeper.log({ stream, message }),
    });
    return { kind: "finished", outcome: { status: "completed", result } };
  } catch (error) {
    if (signal.aborted && isCancellation(error, signal)) return toInterruptedEnd(signal.reason);
    return { kind: "finished", outcome: toFailure(error) };
  }
}

function toInterruptedEnd(reason: unknown): AttemptEnd {
  const isStopping = reason instanceof ExecutionInterruptedError &&
    reason.interruption === "stopping";
  return isStopping ? { kind: "stopped" } : { kind: "lost" };
}

function toFailure(error: unknown): WorkOutcome {
  return {
    status: "failed",
    error: {
      code: error instanceof AppError ? error.code : "executor_failed",
      message: toErrorMessage(error),
    },
    retryable: error instanceof ExecutionError ? error.retryable : true,
    result: error instanceof ExecutionError ? error.result : undefined,
  };
}
