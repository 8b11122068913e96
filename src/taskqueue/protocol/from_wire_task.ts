import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { Affinity, AttemptFailure, Lease, Task, TaskStatus } from "../../task/mod.ts";
import { TASK_STATUSES } from "../../task/mod.ts";

/** A lease is taken to last this long if the peer does not say: what Python peers give. */
const FOREIGN_LEASE_MS = 300_000;

const STATUSES: ReadonlySet<JsonValue | undefined> = new Set(TASK_STATUSES);

/** Thrown and caught in this file only; without a stack of its own, as nobody sees it. */
const MALFORMED = new Error("A member of the task has the wrong type");

/**
 * A task that a peer sent. What a Python peer does not know is filled in. A lease has an empty token
 * unless the task comes from a claim.
 *
 * Read by hand and not through a schema: this is done for every claim and every report.
 *
 * @param value The member of a reply.
 * @returns The task, or `undefined` if the value is no task.
 */
export function fromWireTask(value: JsonValue | undefined): Task | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  try {
    return toTask(value);
  } catch (error) {
    if (error === MALFORMED) return undefined;
    throw error;
  }
}

function toTask(wire: JsonObject): Task {
  const id = textOf(wire["task_id"], "");
  const status = statusOf(wire["status"]);
  const createdAtMs = timeOf(wire["created_at"]);
  if (id === "" || createdAtMs === null) throw MALFORMED;
  const updatedAtMs = timeOf(wire["updated_at"]) ?? createdAtMs;
  const assignedWorker = optionalTextOf(wire["assigned_worker"]);
  return {
    id,
    type: textOf(wire["task_type"]),
    model: optionalTextOf(wire["model_name"]) ?? "",
    payload: optionalObjectOf(wire["payload"]) ?? {},
    status,
    priority: numberOf(wire["priority"], 5),
    attempt: numberOf(wire["attempt"], status === "queued" ? 0 : 1),
    maxAttempts: numberOf(wire["max_attempts"], 1),
    createdAtMs,
    updatedAtMs,
    // Python peers write 0 for "at once".
    notBeforeMs: timeOf(wire["next_attempt_at"]) || createdAtMs,
    deadlineAtMs: timeOf(wire["deadline_at"]),
    lease: status === "running" ? leaseOf(wire, { assignedWorker, updatedAtMs }) : null,
    assignedWorker,
    progress: optionalObjectOf(wire["progress"]),
    result: resultOf(wire["result"]),
    error: errorOf(wire, status),
    failures: listOf(wire["failures"], failureOf),
    idempotencyKey: optionalTextOf(wire["idempotency_key"]),
    requires: listOf(wire["requires"], (tag) => textOf(tag)),
    affinity: affinityOf(wire),
    logCount: numberOf(wire["log_count"], 0),
  };
}

interface Holder {
  readonly assignedWorker: string | null;
  readonly updatedAtMs: number;
}

function leaseOf(wire: JsonObject, { assignedWorker, updatedAtMs }: Holder): Lease {
  const token = textOf(wire["lease_token"], "");
  const { fenced = null } = wire;
  if (fenced !== null && typeof fenced !== "boolean") throw MALFORMED;
  return {
    worker: assignedWorker ?? "",
    token,
    untilMs: timeOf(wire["lease_until"]) ?? updatedAtMs + FOREIGN_LEASE_MS,
    isFenced: fenced ?? token !== "",
  };
}

function affinityOf(wire: JsonObject): Affinity | null {
  const untilMs = timeOf(wire["affinity_until"]);
  if (untilMs === null) return null;
  const worker = optionalTextOf(wire["sticky_worker_id"]);
  const session = optionalTextOf(wire["session_id"]);
  return worker === null && session === null ? null : { worker, session, untilMs };
}

function resultOf(value: JsonValue = null): JsonObject | null {
  if (value === null) return null;
  return isJsonObject(value) ? value : { result: value };
}

function errorOf(wire: JsonObject, status: TaskStatus): Task["error"] {
  const message = optionalTextOf(wire["error"]);
  const isFinal = status === "failed" || status === "cancelled";
  if (message === null && !isFinal) return null;
  return { code: optionalTextOf(wire["error_code"]) ?? status, message: message ?? "" };
}

function failureOf(value: JsonValue): AttemptFailure {
  if (!isJsonObject(value)) throw MALFORMED;
  const atMs = timeOf(value["at"]);
  if (atMs === null) throw MALFORMED;
  return {
    attempt: numberOf(value["attempt"]),
    worker: textOf(value["worker"]),
    code: textOf(value["code"]),
    message: textOf(value["message"]),
    atMs,
  };
}

function statusOf(value: JsonValue | undefined): TaskStatus {
  if (STATUSES.has(value)) return value as TaskStatus;
  throw MALFORMED;
}

function textOf(value: JsonValue | undefined, absent?: string): string {
  const text = value ?? absent;
  if (typeof text === "string") return text;
  throw MALFORMED;
}

function optionalTextOf(value: JsonValue = null): string | null {
  if (value === null || typeof value === "string") return value;
  throw MALFORMED;
}

function numberOf(value: JsonValue | undefined, absent?: number): number {
  const number = value ?? absent;
  if (typeof number === "number") return number;
  throw MALFORMED;
}

/** Seconds as milliseconds. */
function timeOf(value: JsonValue = null): number | null {
  if (value === null) return null;
  if (typeof value === "number") return Math.round(value * 1_000);
  throw MALFORMED;
}

function optionalObjectOf(value: JsonValue = null): JsonObject | null {
  if (value === null || isJsonObject(value)) return value;
  throw MALFORMED;
}

function listOf<T>(value: JsonValue = null, read: (item: JsonValue) => T): readonly T[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.map(read);
  throw MALFORMED;
}
