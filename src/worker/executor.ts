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
  /**
   * Append a line to the task's log. Every line counts, up to a bound: when an executor writes faster
   * than the queue takes it, the oldest unsent lines are dropped and a line says how many.
   *
   * @param stream Where it comes from, such as `stdout`.
   * @param message The line, without its line break.
   */
  log(stream: string, message: string): void;
}
