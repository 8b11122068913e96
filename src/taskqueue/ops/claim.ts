import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { millisecondsOf, requireText, toNames } from "../protocol/coerce.ts";
import { fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import type { WireTask } from "../protocol/wire_task.ts";
import type { Op, OpCall } from "./op.ts";

/** How long a peer that cannot renew may work on a task: what Python queues give. */
const UNRENEWED_LEASE_MS = 300_000;

/** A wish for work. */
export interface ClaimRequest {
  readonly worker: string;
  readonly types: readonly string[];
  readonly waitMs: number;
  /** Whether the peer renews its leases and reports with their tokens. */
  readonly isFenced: boolean;
}

/**
 * Leases a task to the caller. The member `lease: true` says that the caller renews the lease and
 * reports with its token; without it the lease is longer, and tokens are not asked for. A hint such
 * as `peer_id` is ignored: who calls is known.
 */
export const claim: Op<ClaimRequest> = {
  names: ["claim", "claim_next"],

  parse: parseClaim,

  async run(queue, request, call): Promise<JsonObject> {
    const [task = null] = await claimTasks(queue, request, { call, limit: 1 });
    return { task: task === null ? null : toClaimedTask(task) };
  },
};

/**
 * What both claim operations have in common.
 *
 * @throws {InvalidRequestError} `missing_worker_id`.
 */
export function parseClaim(message: JsonObject): ClaimRequest {
  return {
    worker: requireText(message, "worker_id"),
    types: toNames(message["supported_task_types"] ?? message["task_types"]),
    waitMs: millisecondsOf(message, "wait_s") ?? 0,
    isFenced: message["lease"] === true,
  };
}

/** A task for its new holder: with its token, and with its payload whatever its size. */
export function toClaimedTask(task: Task): WireTask {
  return fitTask(toWireTask(task, { withLeaseToken: true }), ["payload"]);
}

/** Lease tasks to the caller; they are given back if the caller does not get the reply. */
export async function claimTasks(
  queue: LocalTaskQueue,
  request: ClaimRequest,
  options: { readonly call: OpCall; readonly limit: number },
): Promise<readonly Task[]> {
  const { call, limit } = options;
  const { worker, types, isFenced } = request;
  const tasks = await queue.claim({
    worker,
    types: types.length === 0 ? await queuedTypes(queue) : types,
    limit,
    waitMs: Math.min(request.waitMs, queue.limits.maxWaitMs),
    leaseMs: isFenced ? undefined : Math.max(UNRENEWED_LEASE_MS, queue.limits.leaseMs),
  }, { signal: call.signal });
  for (const { id, lease } of tasks) {
    const token = lease?.token ?? "";
    call.holders.set(id, { token, peerId: call.peerId, isFenced });
  }
  call.onUndelivered(() => releaseAll(queue, tasks, "the claim's reply was not delivered"));
  return tasks;
}

/** Give tasks back that their claimer does not know of. */
export async function releaseAll(
  queue: LocalTaskQueue,
  tasks: readonly Task[],
  reason: string,
): Promise<void> {
  const releases = tasks.map(({ id, lease }) =>
    queue.release({ taskId: id, token: lease?.token ?? "", reason })
  );
  await Promise.all(releases);
}

/** An empty list means any type, as in Python: those of the oldest queued tasks. */
async function queuedTypes(queue: LocalTaskQueue): Promise<readonly string[]> {
  const tasks = await queue.list({ status: "queued", limit: 64 });
  return [...new Set(tasks.map(({ type }) => type))];
}
