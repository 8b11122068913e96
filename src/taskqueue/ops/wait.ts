import type { JsonObject } from "../../codec/mod.ts";
import { millisecondsOf, requireText } from "../protocol/coerce.ts";
import { fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import { toTaskReply } from "./get.ts";
import type { Op } from "./op.ts";

const DEFAULT_WAIT_MS = 60_000;

/** A wait for a task. */
export interface WaitRequest {
  readonly taskId: string;
  readonly timeoutMs: number;
  readonly isStreaming: boolean;
}

/**
 * Replies when the task is final or the time has passed. With `stream`, each report of progress is
 * sent before as `{"event":"progress","task":…}`.
 */
export const wait: Op<WaitRequest> = {
  names: ["wait", "task.wait", "wait_task"],
  role: "submit",

  parse: parseWait,

  async run(request, { queue }, call): Promise<JsonObject> {
    const { taskId, isStreaming } = request;
    const timeoutMs = Math.min(request.timeoutMs, queue.limits.maxWaitMs);
    if (timeoutMs === 0) return toTaskReply(await queue.get(taskId));
    const task = await queue.wait({
      taskId,
      timeoutMs,
      onProgress: isStreaming
        ? (task) => {
          const wireTask = fitTask(toWireTask(task), { keep: "progress" });
          call.sendEvent({ event: "progress", task: wireTask }, { replaceKey: "progress" });
        }
        : undefined,
    }, { signal: call.signal });
    return toTaskReply(task);
  },
};

/**
 * What waiting and watching have in common.
 *
 * @throws {InvalidRequestError} `missing_task_id`.
 */
export function parseWait(message: JsonObject): WaitRequest {
  return {
    taskId: requireText(message, "task_id"),
    timeoutMs: millisecondsOf(message, "timeout_s") ?? DEFAULT_WAIT_MS,
    isStreaming: message["stream"] === true,
  };
}
