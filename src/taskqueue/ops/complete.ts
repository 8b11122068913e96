import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import { LeaseLostError } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { textOf, toObject, toText } from "../protocol/coerce.ts";
import type { WorkOutcome } from "../task_queue.ts";
import { findToken, type LeaseRequest, parseLease } from "./lease_token.ts";
import type { Op, OpCall } from "./op.ts";
import { toTaskReply } from "./get.ts";

/** A report of an attempt's end. */
export interface CompleteRequest extends LeaseRequest {
  /** How it ended; `cancelled` if the worker wants the task cancelled. */
  readonly outcome: WorkOutcome | "cancelled";
  readonly reason: string;
}

/**
 * Ends an attempt. A failure is final unless the member `retryable` is `true`: Python peers know of
 * no second attempt.
 */
export const complete: Op<CompleteRequest> = {
  names: ["complete", "task.complete", "complete_task"],

  parse(message) {
    const reason = toText(message["error"]);
    return { ...parseLease(message), outcome: outcomeOf(message, reason), reason };
  },

  async run(queue, request, call): Promise<JsonObject> {
    const token = await findToken(queue, request, call);
    const { outcome, taskId } = request;
    const task = outcome === "cancelled"
      ? await cancelHeld(queue, { ...request, token }, call)
      : await queue.finish({ taskId, token, outcome }, { signal: call.signal });
    return { "task_id": taskId, ...toTaskReply(task) };
  },
};

function outcomeOf(message: JsonObject, reason: string): CompleteRequest["outcome"] {
  const status = textOf(message, "status") || "completed";
  const result = message["result"] ?? null;
  if (status === "cancelled") return "cancelled";
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

/** Only the holder may cancel in this way. */
async function cancelHeld(
  queue: LocalTaskQueue,
  request: CompleteRequest,
  { signal }: OpCall,
): Promise<Task> {
  const { taskId, token, reason } = request;
  const task = await queue.renew({ taskId, token }, { signal });
  if (task.status !== "running" && task.status !== "cancelled") throw new LeaseLostError(taskId);
  return await queue.cancel({ taskId, reason }, { signal });
}
