import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { StatusCounts } from "../../store/mod.ts";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import { PeerProtocolError, RemoteError } from "../errors.ts";
import type { QueueCounts, QueueStatus } from "../task_queue.ts";
import type { RepliedTo } from "./parse_reply.ts";

const NONE: StatusCounts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

/**
 * The counts in a reply.
 *
 * @throws {PeerProtocolError} If it has none.
 */
export function parseCounts(message: JsonObject, repliedTo: RepliedTo): QueueCounts {
  const total = toCounts(message["counts"]);
  if (total === undefined) throw new PeerProtocolError("invalid_reply", repliedTo);
  const byType = new Map<string, StatusCounts>();
  for (const [type, value] of Object.entries(toObject(message["by_type"]))) {
    byType.set(type, toCounts(value) ?? NONE);
  }
  return { total, byType };
}

/**
 * The counts in a detailed status: Python peers count queued and running tasks only.
 *
 * @throws {RemoteError} `unknown_op`, if it has none, as that of an early Python peer.
 */
export function parseStatusCounts({ counts, raw = {}, peerId }: QueueStatus): QueueCounts {
  if (counts === undefined) throw new RemoteError({ code: "unknown_op", op: "counts", peerId });
  const byType = new Map<string, StatusCounts>();
  const queue = toObject(raw["queue"]);
  for (const status of ["queued", "running"] as const) {
    for (const [type, count] of Object.entries(toObject(queue[`${status}_by_type`]))) {
      if (typeof count !== "number") continue;
      byType.set(type, { ...NONE, ...byType.get(type), [status]: count });
    }
  }
  return { total: counts, byType };
}

function toCounts(value: JsonValue | undefined): StatusCounts | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const counts: Record<TaskStatus, number> = { ...NONE };
  for (const status of TASK_STATUSES) {
    const count = value[status];
    if (typeof count === "number") counts[status] = count;
  }
  return counts;
}

function toObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
