import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { RecentPeer } from "../local/recent_peers.ts";

/** How long the types of one peer may be together, in UTF-16 units. */
const MAX_TYPES_LENGTH = 512;

/** The scheduler as the answer to a heartbeat shows it. */
export function toWireScheduler(clock: JsonObject, peers: readonly RecentPeer[]): JsonObject {
  return {
    clock,
    "known_peers": peers.map(({ peerId, lastSeenMs }) => ({
      "peer_id": peerId,
      "last_seen": lastSeenMs / 1_000,
    })),
  };
}

/** A peer as a detailed status shows it. */
export function toWirePeer(peer: RecentPeer): JsonObject {
  const { peerId, lastSeenMs, worker, types, hint } = peer;
  return {
    "peer_id": peerId,
    "last_seen": lastSeenMs / 1_000,
    "worker_id": worker,
    // As in a claim, an empty list means any type.
    "supported_task_types": types === "any" ? [] : shorten(types),
    "transport_peer_id": peerId,
    "peer_hint": hint,
  };
}

/** The first of many types: a status lists many peers. */
function shorten(types: readonly string[]): readonly string[] {
  let length = 0;
  return types.filter((type) => (length += type.length) <= MAX_TYPES_LENGTH);
}

/** What the holder of a lease is told of it. */
export function toWireLease(task: Task): JsonObject {
  return {
    "task_id": task.id,
    status: task.status,
    cancelled: task.status === "cancelled",
    "lease_until": task.lease === null ? null : task.lease.untilMs / 1_000,
  };
}
