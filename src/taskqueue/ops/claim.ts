import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { millisecondsOf, numberOf, requireText, textOf, toNames } from "../protocol/coerce.ts";
import { fitTask } from "../protocol/fit_reply.ts";
import { toWireTask } from "../protocol/to_wire_task.ts";
import type { WireTask } from "../protocol/wire_task.ts";
import type { Op, OpCall } from "./op.ts";

/** A wish for work. */
export interface ClaimRequest {
  readonly worker: string;
  readonly types: readonly string[] | "any";
  readonly offers: readonly string[];
  readonly session: string | undefined;
  readonly waitMs: number;
  /** Whether the peer renews its leases and reports with their tokens. */
  readonly isFenced: boolean;
  readonly leaseMs: number | undefined;
}

/**
 * Leases a task to the caller. The members `lease: true` or `lease_ms` say that the caller renews the
 * lease and reports with its token; without them the lease is longer, and tokens are not asked for. A
 * hint such as `peer_id` is ignored: who calls is known.
 */
export const claim: Op<ClaimRequest> = {
  names: ["claim", "claim_next"],
  role: "work",

  parse: parseClaim,

  async run(request, { queue }, call): Promise<JsonObject> {
    const [task] = await claimTasks(queue, request, { call, limit: 1 });
    return { task: task === undefined ? null : toClaimedTask(task) };
  },
};

/**
 * What both claim operations have in common.
 *
 * @throws {InvalidRequestError} `missing_worker_id`.
 */
export function parseClaim(message: JsonObject): ClaimRequest {
  const worker = requireText(message, "worker_id");
  const types = toNames(message["supported_task_types"] ?? message["task_types"]);
  const leaseMs = numberOf(message, "lease_ms");
  return {
    worker,
    types: types.length === 0 ? "any" : types,
    offers: toNames(message["offers"]),
    session: textOf(message, "session_id", "session", "p2p_session") || undefined,
    waitMs: millisecondsOf(message, "wait_s") ?? 0,
    isFenced: message["lease"] === true || leaseMs !== undefined,
    leaseMs: leaseMs === undefined ? undefined : Math.max(0, leaseMs),
  };
}

/** A task for its new holder: with its token, and with its payload whatever its size. */
export function toClaimedTask(task: Task): WireTask {
  const withLeaseToken = task.lease?.isFenced === true;
  return fitTask(toWireTask(task, { withLeaseToken }), { keep: "payload" });
}

/** What a claim needs besides the request. */
export interface ClaimOptions {
  readonly call: OpCall;
  readonly limit: number;
}

/** Lease tasks to the caller; they are given back if the caller does not get the reply. */
export async function claimTasks(
  queue: LocalTaskQueue,
  request: ClaimRequest,
  { call, limit }: ClaimOptions,
): Promise<readonly Task[]> {
  const waitMs = Math.min(request.waitMs, queue.limits.maxWaitMs);
  const tasks = await queue.claim(
    { ...request, claimer: call.peerId, limit, waitMs },
    waitMs === 0 ? {} : { signal: call.signal },
  );
  if (tasks.length > 0) {
    call.onUndelivered(() => releaseAll(queue, tasks, "the claim's reply was not delivered"));
  }
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
