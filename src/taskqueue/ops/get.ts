import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import { requireText } from "../protocol/coerce.ts";
import { fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import type { Op } from "./op.ts";

/** Looks a task up. An unknown id is no error: `task` is `null`. */
export const get: Op<string> = {
  names: ["get", "task.get", "get_task"],
  role: "submit",

  parse: (message) => requireText(message, "task_id"),

  async run(taskId, { queue }): Promise<JsonObject> {
    return toTaskReply(await queue.get(taskId));
  },
};

/** The member of a reply that gives one task or none. */
export function toTaskReply(task: Task | undefined): JsonObject {
  return { task: task === undefined ? null : fitTask(toWireTask(task)) };
}
