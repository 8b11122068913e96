import type { JsonObject } from "../../codec/mod.ts";
import { millisecondsOf, requireText } from "../protocol/coerce.ts";
import type { RetryWork } from "../task_queue.ts";
import { toTaskReply } from "./get.ts";
import type { Op } from "./op.ts";

/** Queues a failed or cancelled task again. */
export const retry: Op<RetryWork> = {
  names: ["retry", "task.retry", "retry_task"],
  role: "submit",

  parse: (message) => ({
    taskId: requireText(message, "task_id"),
    deadlineMs: millisecondsOf(message, "deadline_s"),
  }),

  async run(request, { queue }): Promise<JsonObject> {
    const task = await queue.retry(request);
    return { "task_id": task.id, ...toTaskReply(task) };
  },
};
