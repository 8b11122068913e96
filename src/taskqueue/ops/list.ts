import type { JsonObject } from "../../codec/mod.ts";
import { TASK_STATUSES } from "../../task/mod.ts";
import { textOf, toNames, toText } from "../protocol/coerce.ts";
import { fitTask, fitTasks } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import type { ListTasks } from "../task_queue.ts";
import type { Op } from "./op.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

/** A page of tasks; `undefined` if its state is none that a task can have. */
export type ListRequest = (ListTasks & { readonly limit: number }) | undefined;

/**
 * Lists tasks, oldest first. A reply that would be too long is cut off; `truncated` says so. When
 * there may be more, `next_after` is what the next request gives as `after_task_id`.
 */
export const list: Op<ListRequest> = {
  names: ["list", "tasks.list", "queue.list"],
  role: "submit",

  parse(message) {
    const word = textOf(message, "status").toLowerCase();
    const status = TASK_STATUSES.find((known) => known === word);
    if (word !== "" && status === undefined) return undefined;
    return {
      status,
      types: toNames(message["task_types"]),
      limit: limitOf(message),
      afterTaskId: textOf(message, "after_task_id") || undefined,
    };
  },

  async run(request, { queue }): Promise<JsonObject> {
    if (request === undefined) return { tasks: [] };
    const page = await queue.list(request);
    const tasks = fitTasks(page.map((task) => fitTask(toWireTask(task))));
    const isCut = tasks.length < page.length;
    const last = tasks.at(-1)?.["task_id"];
    return {
      tasks,
      ...(isCut && { truncated: true }),
      ...((isCut || page.length === request.limit) && last !== undefined && { "next_after": last }),
    };
  },
};

/** As Python has it: nothing, zero and nonsense mean 50; negative means 1. */
function limitOf(message: JsonObject): number {
  const limit = Math.trunc(Number(toText(message["limit"])));
  if (!Number.isFinite(limit) || limit === 0) return DEFAULT_LIMIT;
  return Math.min(MAX_LIMIT, Math.max(1, limit));
}
