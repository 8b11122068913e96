import type { JsonObject } from "../../codec/mod.ts";
import { parseLeaseToken } from "../lease_token.ts";
import { requireText, textOf } from "../protocol/coerce.ts";

/** Which lease a report is about. */
export interface LeaseRequest {
  readonly taskId: string;
  /** Empty if the message has none, as those of Python peers. */
  readonly token: string;
  /** Who says to hold the lease; empty if the message does not say. */
  readonly worker: string;
}

/**
 * The lease that a message is about. A token names its task.
 *
 * @throws {InvalidRequestError} `missing_task_id`.
 */
export function parseLease(message: JsonObject): LeaseRequest {
  const token = textOf(message, "lease_token");
  const taskId = textOf(message, "task_id") || parseLeaseToken(token)?.taskId;
  return {
    taskId: taskId ?? requireText(message, "task_id"),
    token,
    worker: textOf(message, "worker_id", "assigned_worker"),
  };
}
