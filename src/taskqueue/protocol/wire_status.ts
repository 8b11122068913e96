import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { TASK_STATUSES, type TaskStatus } from "../../task/mod.ts";
import type { QueueStatus } from "../task_queue.ts";
import { toNames, toText } from "./coerce.ts";

/** Root of the clock `{"taskqueue-service": 0}`, as Python's Merkle clock computes it. */
const INITIAL_MERKLE_ROOT = "d83964234cb3f7451644cb8dfbd8a97cb70571490208c3ffcb5b346c43c380fa";

/** The scheduler that Python peers expect to see: a clock that stands still, and no known peers. */
export const SCHEDULER: JsonObject = {
  clock: {
    "node_id": "taskqueue-service",
    vector: { "taskqueue-service": 0 },
    "merkle_root": INITIAL_MERKLE_ROOT,
  },
  "known_peers": [],
};

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
    nat: { autonat: { supported: false, status: "unavailable", code: null } },
    session: status.session ?? "",
    "peer_id": status.peerId,
  };
  return status.counts === undefined ? base : { ...base, ...toDetail(taskTypes, status.counts) };
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
  return {
    peerId,
    taskTypes: toNames(capabilities["task_types"]),
    models: toNames(capabilities["models"]),
    session: toText(reply["session"]),
    ...(counts === undefined ? {} : { counts }),
    raw: reply,
  };
}

function toDetail(
  taskTypes: readonly string[],
  counts: Readonly<Record<TaskStatus, number>>,
): JsonObject {
  return {
    scheduler: {
      ...SCHEDULER,
      "known_workers": [],
      counts: { peers: 0, workers: 0, "docker_workers": 0, "docker_workers_configured": 0 },
    },
    "local_worker": {
      enabled: taskTypes.length > 0,
      "docker_enabled": taskTypes.some((type) => type.startsWith("docker.")),
      "supported_task_types": taskTypes,
    },
    queue: { ...counts },
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

function objectIn(reply: JsonObject, name: string): JsonObject {
  const value = reply[name];
  return value !== undefined && isJsonObject(value) ? value : {};
}
