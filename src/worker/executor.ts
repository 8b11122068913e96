import type { JsonObject } from "../codec/mod.ts";
import type { Task } from "../task/mod.ts";

/** Runs the tasks of one type. */
export interface Executor {
  /** The task type, and how the node advertises it. */
  readonly type: string;
  /** Other names under which peers submit the same work. @default {[]} */
  readonly aliases?: readonly string[] | undefined;
  /** Models it can serve, for the node's status. @default {[]} unknown */
  readonly models?: readonly string[] | undefined;
  /**
   * Do the work of one attempt.
   *
   * @param task The leased task.
   * @param context Cancellation and progress.
   * @returns The task's result.
   * @throws {ExecutionError} To fail with a code and say whether another attempt may help. Any other
   * error fails the attempt as `executor_failed`, and it may be retried.
   */
  execute(task: Task, context: ExecutorContext): Promise<JsonObject>;
}

/** What a running executor can use. */
export interface ExecutorContext {
  /** Aborted when the task is cancelled, its lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  /** Report how far it is. Only the newest report counts; reports are sent at a bounded rate. */
  reportProgress(progress: JsonObject): void;
}
