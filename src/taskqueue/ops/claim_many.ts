import type { JsonObject } from "../../codec/mod.ts";
import { numberOf } from "../protocol/coerce.ts";
import { MAX_REPLY_BYTES } from "../protocol/constants.ts";
import { replyBytes } from "../protocol/fit_reply.ts";
import type { WireTask } from "../protocol/wire_task.ts";
import { type ClaimRequest, claimTasks, parseClaim, releaseAll, toClaimedTask } from "./claim.ts";
import type { Op } from "./op.ts";

const DEFAULT_LIMIT = 8;

/** A wish for several tasks. */
export interface ClaimManyRequest extends ClaimRequest {
  readonly limit: number;
}

/** Leases several tasks to the caller; those that do not fit into the reply are given back. */
export const claimMany: Op<ClaimManyRequest> = {
  names: ["claim_many", "claim_batch"],

  parse(message) {
    const limit = numberOf(message, "max_tasks") ?? numberOf(message, "limit") ?? DEFAULT_LIMIT;
    return { ...parseClaim(message), limit: Math.max(1, Math.trunc(limit)) };
  },

  async run(queue, request, call): Promise<JsonObject> {
    const limit = Math.min(request.limit, queue.limits.maxClaim);
    const tasks = await claimTasks(queue, request, { call, limit });
    const fitting: WireTask[] = [];
    let bytes = 1_000;
    for (const task of tasks) {
      const wireTask = toClaimedTask(task);
      bytes += replyBytes(wireTask) + 1;
      if (bytes > MAX_REPLY_BYTES && fitting.length > 0) break;
      fitting.push(wireTask);
    }
    await releaseAll(queue, tasks.slice(fitting.length), "the claim's reply was full");
    return { tasks: fitting };
  },
};
