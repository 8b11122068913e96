import type { AttemptOutcome } from "../../store/mod.ts";
import type { WorkOutcome } from "../task_queue.ts";
import { measureJson } from "../json_size.ts";
import { clipText } from "./clip_text.ts";

/** Longest error text that is kept. */
const MAX_MESSAGE_LENGTH = 4_096;
const MAX_CODE_LENGTH = 128;

/** What an outcome is completed with. */
export interface OutcomeOptions {
  /** Wait before the next attempt, if there is one. */
  readonly backoffMs: number;
  /** A longer result cannot be kept. */
  readonly maxResultBytes: number;
}

/**
 * What is kept of a worker's report. A result that is too long makes a failure of it: doing the work
 * again would end the same way.
 */
export function toOutcome(outcome: WorkOutcome, options: OutcomeOptions): AttemptOutcome {
  const { backoffMs, maxResultBytes } = options;
  const resultBytes = outcome.result === undefined
    ? 0
    : measureJson(outcome.result, maxResultBytes);
  const isTooLarge = resultBytes > maxResultBytes;
  if (outcome.status === "completed") {
    if (!isTooLarge) return outcome;
    const message = `Cannot keep result as it is too long: ${resultBytes} bytes, ` +
      `limit ${maxResultBytes}`;
    const error = { code: "result_too_large", message };
    return { status: "failed", error, retryable: false, backoffMs };
  }
  const { code, message } = outcome.error;
  return {
    ...outcome,
    error: {
      code: clipText(code, MAX_CODE_LENGTH),
      message: clipText(message, MAX_MESSAGE_LENGTH),
    },
    backoffMs,
    result: isTooLarge ? undefined : outcome.result,
  };
}
