/**
 * The one base class of mcpp's own errors.
 *
 * Three families never mix: {@linkcode AppError} (local), JSON-RPC errors (on the MCP wire) and
 * `RemoteError` (what a task-queue peer answered). Misuse throws `TypeError` or `RangeError`.
 *
 * @module
 */

/**
 * A condition that a caller can act on, with a code that stays the same between releases.
 *
 * @example Tell errors apart by code
 * ```ts
 * import { AppError } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * class DiskFullError extends AppError {
 *   override readonly name = "DiskFullError";
 *   readonly code = "disk_full";
 * }
 * const error: unknown = new DiskFullError('Cannot save task as the disk is full: path "/data"');
 * assert.equal(error instanceof AppError && error.code, "disk_full");
 * ```
 */
export abstract class AppError extends Error {
  /** Stable, machine-readable, `snake_case`. */
  abstract readonly code: string;
  /** What the person who sees this can do about it, when the message does not say so itself. */
  readonly hint: string | undefined;

  /**
   * Makes the error.
   *
   * @param message What failed, why, and the value: `Cannot X as Y: value "z"`.
   * @param options The underlying error and an optional hint.
   */
  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}

/** What may accompany the message of an {@linkcode AppError}. */
export interface AppErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** What to do about it, as one sentence. */
  readonly hint?: string | undefined;
}

/**
 * The text of any thrown value, for a message or a log field.
 *
 * @param error Whatever was caught.
 * @returns Its message, or its text form if it is not an `Error`.
 */
export function toErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Any thrown value as an error, for what takes nothing else.
 *
 * @param error Whatever was caught.
 * @returns The same, or an error with its text form if it is not an `Error`.
 */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * What a task group's error is really about: a group always throws an aggregate, and alone in it an
 * error speaks for itself.
 *
 * @param error Whatever was caught.
 * @returns The single error inside, or `error` itself.
 */
export function unwrapError(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length === 1
    ? unwrapError(error.errors[0])
    : error;
}
