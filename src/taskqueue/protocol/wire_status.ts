import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import type { RecentPeer } from "../local/recent_peers.ts";
import type { QueueCounts, QueueStatus } from "../task_queue.ts";
import { toNames, toText } from "./coerce.ts";
import { toWirePeer, toWireScheduler } from "./wire_scheduler.ts";

/**
 * A queue's status as the protocol has it; what a peer sent is passed on as it is.
 *
 * @param status The status.
 * @returns The members of the reply.
 */
export function toWireStatus(status: QueueStatus): JsonObject {
  if (status.raw !== undefined) return status.raw;
  const taskTypes = [...status.taskTypes];
  const base: JsonObject = {
    ok: true,
    capabilities: {
      "task_types": taskTypes,
      models: [...status.models],
      "endpoints_by_model": {},
      "endpoint_types_by_model": {},
      hwtest: {},
      "resource_keys": [],
    },
    nat: { autonat: toWireAutonat(status.reachability) },
    session: status.session ?? "",
    "peer_id": status.peerId,
    ...(status.program !== undefined && { program: status.program }),
    ...(status.timeMs !== undefined && { "time_ms": status.timeMs }),
  };
  const { detail } = status;
  // Python peers look for the details in both places.
  return detail === undefined ? base : { ...base, ...detail, detail };
}

/** As Python peers number them. */
const AUTONAT_CODES = { unknown: 0, public: 1, private: 2 } as const;

function toWireAutonat(reachability: QueueStatus["reachability"]): JsonObject {
  return reachability === undefined
    ? { supported: false, status: "unavailable", code: null }
    : { supported: true, status: reachability, code: AUTONAT_CODES[reachability] };
}

/** What a detailed status is made of. */
export interface StatusDetail {
  readonly taskTypes: readonly string[];
  readonly counts: QueueCounts;
  readonly clock: JsonObject;
  readonly peers: readonly RecentPeer[];
  /** Peers that may own tasks now. */
  readonly members: readonly string[];
}

/** The details of a queue's status, as the protocol has them. */
export function toWireDetail(detail: StatusDetail): JsonObject {
  const { taskTypes, counts, clock, peers, members } = detail;
  const workers = peers.filter(({ worker }) => worker !== "");
  const hasDocker = (types: readonly string[] | "any") =>
    types !== "any" && types.some((type) => type.startsWith("docker."));
  return {
    scheduler: {
      ...toWireScheduler(clock, peers),
      "known_peers": peers.map(toWirePeer),
      "known_workers": workers.map(toWirePeer),
      members: [...members],
      counts: {
        peers: peers.length,
        workers: workers.length,
        "docker_workers": workers.filter(({ types }) => hasDocker(types)).length,
        "docker_workers_configured": 0,
      },
    },
    "local_worker": {
      enabled: taskTypes.length > 0,
      "docker_enabled": hasDocker(taskTypes),
      "supported_task_types": [...taskTypes],
    },
    queue: {
      ...counts.total,
      "queued_by_type": byType(counts, "queued"),
      "running_by_type": byType(counts, "running"),
    },
  };
}

/** How many types a status lists. */
const MAX_LISTED_TYPES = 256;

function byType({ byType }: QueueCounts, status: TaskStatus): JsonObject {
  const entries = [...byType].filter(([, counts]) => counts[status] > 0);
  return Object.fromEntries(
    entries.slice(0, MAX_LISTED_TYPES).map(([type, counts]) => [type, counts[status]]),
  );
}

/**
 * A status that a peer sent.
 *
 * @param reply The whole reply.
 * @param peerId The peer, as the handshake has proven.
 * @returns The status, with the reply as its `raw`.
 */
export function fromWireStatus(reply: JsonObject, peerId: string): QueueStatus {
  const capabilities = objectIn(reply, "capabilities");
  const counts = countsOf(reply["queue"]);
  const { program, "time_ms": timeMs } = reply;
  const reachability = objectIn(objectIn(reply, "nat"), "autonat")["status"];
  return {
    peerId,
    taskTypes: toNames(capabilities["task_types"]),
    models: toNames(capabilities["models"]),
    session: toText(reply["session"]),
    ...(counts === undefined ? {} : { counts }),
    ...(typeof program === "string" && { program }),
    ...(typeof timeMs === "number" && { timeMs }),
    ...(isReachability(reachability) && { reachability }),
    raw: reply,
  };
}

function countsOf(queue: JsonValue | undefined): Record<TaskStatus, number> | undefined {
  if (queue === undefined || !isJsonObject(queue)) return undefined;
  const entries = TASK_STATUSES.map((status) => [status, queue[status]] as const);
  // Python peers tell of queued and running tasks only.
  if (!entries.some(([, count]) => typeof count === "number")) return undefined;
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  return Object.assign(
    none,
    Object.fromEntries(entries.filter(([, count]) => typeof count === "number")),
  );
}

function isReachability(value: unknown): value is keyof typeof AUTONAT_CODES {
  return typeof value === "string" && Object.hasOwn(AUTONAT_CODES, value);
}

function objectIn(reply: JsonObject, name: string): JsonObject {
  const value = reply[name];
  return value !== undefined && isJsonObject(value) ? value : {};
}
