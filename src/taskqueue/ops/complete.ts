import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { LocalFinishWork } from "../local/local_task_queue.ts";
import { textOf, toObject, toText } from "../protocol/coerce.ts";
import { toTaskReply } from "./get.ts";
import { parseLease } from "./lease.ts";
import type { Op } from "./op.ts";

/**
 * Ends an attempt. A failure is final unless the member `retryable` is `true`: Python peers know of
 * no second attempt.
 */
export const complete: Op<LocalFinishWork> = {
  names: ["complete", "task.complete", "complete_task"],
  role: "work",

  parse: parseReport,

  async run(request, { queue }): Promise<JsonObject> {
    const task = await queue.finish(request);
    return { "task_id": task.id, ...toTaskReply(task) };
  },
};

/**
 * The members of a report.
 *
 * @throws {InvalidRequestError} `missing_task_id`.
 */
export function parseReport(message: JsonObject): LocalFinishWork {
  return { ...parseLease(message), outcome: outcomeOf(message) };
}

function outcomeOf(message: JsonObject): LocalFinishWork["outcome"] {
  const status = textOf(message, "status") || "completed";
  const reason = toText(message["error"]);
  const result = message["result"] ?? null;
  if (status === "cancelled") return { status, reason };
  if (status === "completed") return { status, result: toObject(result, "result") };
  return {
    status: "failed",
    error: { code: textOf(message, "error_code") || "executor_failed", message: reason },
    retryable: message["retryable"] === true,
    result: toOptionalObject(result),
  };
}

function toOptionalObject(result: JsonValue): JsonObject | undefined {
  return result === null ? undefined : toObject(result, "result");
}
