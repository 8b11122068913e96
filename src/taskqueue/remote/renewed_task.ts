import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import { fromWireTask } from "../protocol/from_wire_task.ts";
import { PeerProtocolError } from "../errors.ts";
import type { RenewWork } from "../task_queue.ts";
import type { RepliedTo } from "./parse_reply.ts";

/**
 * The task as far as the reply to a renewal tells: its state and how long its lease lasts. The rest
 * is known to its holder.
 *
 * @throws {PeerProtocolError} If the reply does not tell the state.
 */
export function toRenewedTask(
  message: JsonObject,
  { taskId, token }: RenewWork,
  repliedTo: RepliedTo,
): Task {
  const task = fromWireTask({
    "task_id": taskId,
    "task_type": "",
    "created_at": 0,
    status: message["status"] ?? null,
    "lease_until": message["lease_until"] ?? null,
    "lease_token": token,
  });
  if (task === undefined) throw new PeerProtocolError("invalid_reply", repliedTo);
  return task;
}
