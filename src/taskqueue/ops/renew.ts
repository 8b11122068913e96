import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import { findToken, type LeaseRequest, parseLease } from "./lease_token.ts";
import type { Op } from "./op.ts";

/** A sign of life. */
export interface RenewRequest extends LeaseRequest {
  readonly progress: JsonObject | undefined;
}

/** Keeps a lease alive, with or without progress. The reply's `status` tells of a cancellation. */
export const renew: Op<RenewRequest> = {
  names: ["renew", "task.renew", "renew_lease"],

  parse(message) {
    const progress = message["progress"];
    return {
      ...parseLease(message),
      progress: progress !== undefined && isJsonObject(progress) ? progress : undefined,
    };
  },

  async run(queue, request, call): Promise<JsonObject> {
    const token = await findToken(queue, request, call);
    const { taskId, progress } = request;
    return toBriefReply(await queue.renew({ taskId, token, progress }, { signal: call.signal }));
  },
};

/** The reply: the task without what is large and known to its holder. */
function toBriefReply(task: Task): JsonObject {
  const brief = toWireTask({ ...task, payload: {}, progress: null, failures: [] });
  return {
    "task_id": task.id,
    task: { ...brief, omitted: ["payload", "progress", "failures"] },
  };
}
