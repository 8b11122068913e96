import type { JsonObject } from "../../codec/mod.ts";
import { LeaseLostError, TaskNotFoundError } from "../../task/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import { requireText, textOf } from "../protocol/coerce.ts";
import type { OpCall } from "./op.ts";

/** Which lease a report is about. */
export interface LeaseRequest {
  readonly taskId: string;
  /** Empty if the message has none, as those of Python peers. */
  readonly token: string;
  /** Who says to hold the lease; empty if the message does not say. */
  readonly worker: string;
}

/**
 * The lease that a message is about.
 *
 * @throws {InvalidRequestError} `missing_task_id`.
 */
export function parseLease(message: JsonObject): LeaseRequest {
  return {
    taskId: requireText(message, "task_id"),
    token: textOf(message, "lease_token"),
    worker: textOf(message, "worker_id", "assigned_worker"),
  };
}

/**
 * The token under which a report counts.
 *
 * A report without one counts if it names the worker that holds the lease, or comes from the peer
 * that got it, or if that peer knows of no tokens: a Python peer has a new id for each request, and
 * names no worker when it completes a task. All callers are authorised before.
 *
 * @throws {TaskNotFoundError} If there is no such task.
 * @throws {LeaseLostError} If the caller does not hold the lease.
 */
export async function findToken(
  queue: LocalTaskQueue,
  request: LeaseRequest,
  call: OpCall,
): Promise<string> {
  const { taskId, token, worker } = request;
  if (token !== "") return token;
  const task = await queue.get(taskId, { signal: call.signal });
  if (task === undefined) throw new TaskNotFoundError(taskId);
  const holder = call.holders.get(taskId);
  if (holder !== undefined && (!holder.isFenced || holder.peerId === call.peerId)) {
    return holder.token;
  }
  if (task.lease !== null && task.lease.worker === worker) return task.lease.token;
  throw new LeaseLostError(taskId);
}
