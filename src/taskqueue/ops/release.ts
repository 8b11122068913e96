import type { JsonObject } from "../../codec/mod.ts";
import { textOf } from "../protocol/coerce.ts";
import { toTaskReply } from "./get.ts";
import { type LeaseRequest, parseLease } from "./lease.ts";
import type { Op } from "./op.ts";

/** A lease handed back. */
export interface ReleaseRequest extends LeaseRequest {
  readonly reason: string;
}

/** Gives a leased task back. */
export const release: Op<ReleaseRequest> = {
  names: ["release", "task.release", "release_task"],
  role: "work",

  parse: (message) => ({ ...parseLease(message), reason: textOf(message, "reason") }),

  async run(request, { queue }): Promise<JsonObject> {
    const task = await queue.release(request);
    return { "task_id": task.id, ...toTaskReply(task) };
  },
};
