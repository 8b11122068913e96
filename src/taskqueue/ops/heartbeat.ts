import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { textOf } from "../protocol/coerce.ts";
import type { HeartbeatPeer, HeldLease } from "../task_queue.ts";
import type { Op } from "./op.ts";

/**
 * Answers a peer that says it is alive and, with a lease, renews that, which needs the role of those who
 * work. The name that it gives itself is only repeated; its clock is only shown.
 */
export const heartbeat: Op<HeartbeatPeer> = {
  names: ["peer.heartbeat", "heartbeat", "peer"],
  role: "any",
  roleFor: (message) => leaseOf(message) === undefined ? "any" : "work",

  parse(message) {
    const { clock } = message;
    return {
      peerId: textOf(message, "peer", "peer_id"),
      clock: clock !== undefined && isJsonObject(clock) ? clock : undefined,
      lease: leaseOf(message),
    };
  },

  run: (request, { queue }, { peerId }) => queue.heartbeat({ ...request, claimer: peerId }),
};

/** Named by its token, or by task and worker for a lease that needs none. */
function leaseOf(message: JsonObject): HeldLease | undefined {
  const token = textOf(message, "lease_token");
  const taskId = textOf(message, "task_id") || undefined;
  const worker = textOf(message, "worker_id") || undefined;
  const isNamed = token !== "" || (taskId !== undefined && worker !== undefined);
  return isNamed ? { token, taskId, worker } : undefined;
}
