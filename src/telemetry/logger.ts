import { getLogger as getLogTapeLogger, type Logger as LogTapeLogger } from "@logtape/logtape";
import { type LogFields, sanitizeFields } from "./sanitize_fields.ts";

/** First part of every category, so that a program around mcpp can address all its logs. */
export const ROOT_CATEGORY = "mcpp";

/** How important a log line is, least important first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * Writes log lines of one category. Messages are constants; what varies goes into the fields.
 *
 * Fields whose names say that they hold a secret or a payload are masked, and errors are written
 * as code and message, before anything leaves the logger.
 */
export interface Logger {
  /** What only someone who looks for a fault wants to see. */
  debug(message: string, fields?: LogFields): void;
  /** What happens in ordinary operation, sparsely. */
  info(message: string, fields?: LogFields): void;
  /** What is wrong but was dealt with. */
  warn(message: string, fields?: LogFields): void;
  /** What failed and needs someone. */
  error(message: string, fields?: LogFields): void;
  /** The same logger with fields that it adds to every line. */
  with(fields: LogFields): Logger;
}

/**
 * The logger of a category. Nothing is written until {@linkcode configureLogging} has been called,
 * or the surrounding program has configured LogTape for the category `mcpp`.
 *
 * @param category The folder and, where it helps, the part: `"taskqueue", "service"`.
 * @returns The logger.
 *
 * @example
 * ```ts
 * import { configureLogging, getLogger } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const lines: string[] = [];
 * configureLogging({ level: "info", format: "json", write: (line) => lines.push(line) });
 * getLogger("worker").info("Task completed", { taskId: "abc", token: "s3cret" });
 *
 * const { category, taskId, token } = JSON.parse(lines[0] ?? "");
 * assert.deepEqual([category, taskId, token], ["worker", "abc", "(hidden)"]);
 * ```
 */
export function getLogger(...category: readonly string[]): Logger {
  return new CategoryLogger(getLogTapeLogger([ROOT_CATEGORY, ...category]), {});
}

class CategoryLogger implements Logger {
  readonly #target: LogTapeLogger;
  readonly #fields: LogFields;

  constructor(target: LogTapeLogger, fields: LogFields) {
    this.#target = target;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#target.isEnabledFor("debug")) this.#target.debug(message, this.#toProperties(fields));
  }

  info(message: string, fields?: LogFields): void {
    if (this.#target.isEnabledFor("info")) this.#target.info(message, this.#toProperties(fields));
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#target.isEnabledFor("warning")) {
      this.#target.warning(message, this.#toProperties(fields));
    }
  }

  error(message: string, fields?: LogFields): void {
    if (this.#target.isEnabledFor("error")) this.#target.error(message, this.#toProperties(fields));
  }

  with(fields: LogFields): Logger {
    return new CategoryLogger(this.#target, { ...this.#fields, ...fields });
  }

  #toProperties(fields: LogFields | undefined): Record<string, unknown> {
    const withStack = this.#target.isEnabledFor("debug");
    return sanitizeFields({ ...this.#fields, ...fields }, { withStack });
  }
}
