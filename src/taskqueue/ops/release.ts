import type { JsonObject } from "../../codec/mod.ts";
import { textOf } from "../protocol/coerce.ts";
import { findToken, type LeaseRequest, parseLease } from "./lease_token.ts";
import type { Op } from "./op.ts";
import { toTaskReply } from "./get.ts";

/** A lease handed back. */
export interface ReleaseRequest extends LeaseRequest {
  readonly reason: string;
}

/** Gives a leased task back. */
export const release: Op<ReleaseRequest> = {
  names: ["release", "task.release", "release_task"],

  parse: (message) => ({ ...parseLease(message), reason: textOf(message, "reason") }),

  async run(queue, request, call): Promise<JsonObject> {
    const token = await findToken(queue, request, call);
    const { taskId, reason } = request;
    const task = await queue.release({ taskId, token, reason }, { signal: call.signal });
    return { "task_id": taskId, ...toTaskReply(task) };
  },
};
