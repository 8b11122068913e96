import type { JsonObject } from "../codec/mod.ts";
import { AppError, type AppErrorOptions } from "../error/mod.ts";

/** An attempt failed in a way the executor understands. */
export class ExecutionError extends AppError {
  /** `ExecutionError`. */
  override readonly name = "ExecutionError";
  /** Stable code, stored on the task. */
  readonly code: string;
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** What there is of a result all the same. */
  readonly result: JsonObject | undefined;

  /**
   * Makes the error.
   *
   * @param message Text for the submitter.
   * @param options The code and what follows from the failure.
   */
  constructor(message: string, options: ExecutionErrorOptions) {
    super(message, options);
    this.code = options.code;
    this.retryable = options.retryable;
    this.result = options.result;
  }
}

/** What an {@linkcode ExecutionError} says besides its message. */
export interface ExecutionErrorOptions extends AppErrorOptions {
  /** Stable code. */
  readonly code: string;
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** A partial result to keep. @default {undefined} */
  readonly result?: JsonObject | undefined;
}

/** Why an execution was interrupted; the reason of the signal that the executor sees. */
export class ExecutionInterruptedError extends AppError {
  /** `ExecutionInterruptedError`. */
  override readonly name = "ExecutionInterruptedError";
  /** `execution_interrupted`. */
  readonly code = "execution_interrupted";

  /**
   * Makes the error.
   *
   * @param taskId The interrupted task.
   * @param cause What happened.
   */
  constructor(readonly taskId: string, readonly interruption: Interruption) {
    super(`Cannot go on with task as ${TEXT[interruption]}: task "${taskId}"`);
  }
}

/** What can interrupt an execution. */
export type Interruption = "cancelled" | "lease_lost" | "stopping";

const TEXT: Readonly<Record<Interruption, string>> = {
  cancelled: "it was cancelled",
  "lease_lost": "its lease is lost",
  stopping: "the worker is stopping",
};
