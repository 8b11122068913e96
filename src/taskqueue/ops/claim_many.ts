import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { numberOf } from "../protocol/coerce.ts";
import { fitTasks } from "../protocol/fit_reply.ts";
import {
  type ClaimOptions,
  type ClaimRequest,
  claimTasks,
  parseClaim,
  releaseAll,
  toClaimedTask,
} from "./claim.ts";
import type { Op } from "./op.ts";

const DEFAULT_LIMIT = 8;

/** A wish for several tasks. */
export interface ClaimManyRequest extends ClaimRequest {
  readonly limit: number;
  /** Whether all of them must be of one type. */
  readonly isOfOneType: boolean;
}

/** Leases several tasks to the caller; those that do not fit into the reply are given back. */
export const claimMany: Op<ClaimManyRequest> = {
  names: ["claim_many", "claim_batch"],
  role: "work",

  parse(message) {
    const limit = numberOf(message, "max_tasks") ?? numberOf(message, "limit") ?? DEFAULT_LIMIT;
    return {
      ...parseClaim(message),
      limit: Math.max(1, Math.trunc(limit)),
      isOfOneType: (message["same_task_type"] ?? message["same_type"] ?? true) !== false,
    };
  },

  async run(request, { queue }, call): Promise<JsonObject> {
    const limit = Math.min(request.limit, queue.limits.maxClaim);
    const tasks = await claimSeveral(queue, request, { call, limit });
    const fitting = fitTasks(tasks.map(toClaimedTask));
    await releaseAll(queue, tasks.slice(fitting.length), "the claim's reply was full");
    return { tasks: fitting };
  },
};

async function claimSeveral(
  queue: LocalTaskQueue,
  request: ClaimManyRequest,
  options: ClaimOptions,
): Promise<readonly Task[]> {
  const { limit, call } = options;
  const { types, isOfOneType } = request;
  if (limit === 1 || !isOfOneType || (types !== "any" && types.length === 1)) {
    return await claimTasks(queue, request, options);
  }
  // The best task says of which type the others must be.
  const [first] = await claimTasks(queue, request, { call, limit: 1 });
  if (first === undefined) return [];
  const alike = { ...request, types: [first.type], waitMs: 0 };
  return [first, ...await claimTasks(queue, alike, { call, limit: limit - 1 })];
}
