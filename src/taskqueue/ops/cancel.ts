import type { JsonObject } from "../../codec/mod.ts";
import { requireText, textOf } from "../protocol/coerce.ts";
import type { CancelWork } from "../task_queue.ts";
import { toTaskReply } from "./get.ts";
import type { Op } from "./op.ts";

/** Cancels a task that is not final. */
export const cancel: Op<CancelWork> = {
  names: ["cancel", "task.cancel", "cancel_task"],
  role: "submit",

  parse: (message) => ({
    taskId: requireText(message, "task_id"),
    reason: textOf(message, "reason"),
  }),

  async run(request, { queue }): Promise<JsonObject> {
    const task = await queue.cancel(request);
    return { "task_id": task.id, cancelled: true, ...toTaskReply(task) };
  },
};
