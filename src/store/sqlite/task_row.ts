import type { JsonObject } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { TaskRecord } from "../transition/mod.ts";
import type { Tuple } from "./database.ts";

/** What every query for whole tasks begins with; its rows are {@linkcode TaskRow}s. */
export const SELECT_TASKS = `SELECT
  seq, id, type, model, payload, status, priority, attempt, max_attempts,
  created_at_ms, updated_at_ms, not_before_ms, deadline_at_ms,
  worker, lease_token, lease_until_ms, is_fenced,
  progress, result, error_code, error_message, failures,
  idempotency_key, requires, affinity_worker, affinity_session, affinity_until_ms,
  log_count, log_bytes, lane, lane_until_ms
  FROM tasks`;

/** A row of {@linkcode SELECT_TASKS}. The table is STRICT, so the types hold. */
type TaskRow = readonly [
  seq: number,
  id: string,
  type: string,
  model: string,
  payload: string | null,
  status: Task["status"],
  priority: number,
  attempt: number,
  maxAttempts: number,
  createdAtMs: number,
  updatedAtMs: number,
  notBeforeMs: number,
  deadlineAtMs: number | null,
  worker: string | null,
  leaseToken: string | null,
  leaseUntilMs: number | null,
  isFenced: number,
  progress: string | null,
  result: string | null,
  errorCode: string | null,
  errorMessage: string | null,
  failures: string,
  idempotencyKey: string | null,
  requires: string,
  affinityWorker: string | null,
  affinitySession: string | null,
  affinityUntilMs: number | null,
  logCount: number,
  logBytes: number,
  lane: number | null,
  laneUntilMs: number | null,
];

/** A record and where it is kept. */
export interface StoredRecord extends TaskRecord {
  readonly seq: number;
  readonly lane: number | null;
  readonly laneUntilMs: number | null;
  readonly logBytes: number;
  /** Whether the payload is kept apart, and so has not been read: the task has an empty one. */
  readonly isPayloadApart: boolean;
}

const NOT_READ: JsonObject = {};
const NONE: readonly never[] = [];

/** The record in a row of {@linkcode SELECT_TASKS}. */
export function fromRow(row: Tuple): StoredRecord {
  // One destructuring, as looking up thirty members by name takes longer than reading the row.
  // deno-fmt-ignore
  const [
    seq, id, type, model, payload, status, priority, attempt, maxAttempts,
    createdAtMs, updatedAtMs, notBeforeMs, deadlineAtMs,
    worker, leaseToken, leaseUntilMs, isFenced,
    progress, result, errorCode, errorMessage, failures,
    idempotencyKey, requires, affinityWorker, affinitySession, affinityUntilMs,
    logCount, logBytes, lane, laneUntilMs,
  ] = row as unknown as TaskRow;
  const task: Task = {
    id,
    type,
    model,
    payload: payload === null ? NOT_READ : JSON.parse(payload),
    status,
    priority,
    attempt,
    maxAttempts,
    createdAtMs,
    updatedAtMs,
    notBeforeMs,
    deadlineAtMs,
    lease: leaseUntilMs === null ? null : {
      worker: worker ?? "",
      token: leaseToken ?? "",
      untilMs: leaseUntilMs,
      isFenced: isFenced === 1,
    },
    assignedWorker: worker,
    progress: fromColumn(progress),
    result: fromColumn(result),
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? "" },
    failures: listOf(failures),
    idempotencyKey,
    requires: listOf(requires),
    affinity: affinityUntilMs === null
      ? null
      : { worker: affinityWorker, session: affinitySession, untilMs: affinityUntilMs },
    logCount,
  };
  const isPayloadApart = payload === null;
  return { seq, task, lastToken: leaseToken, lane, laneUntilMs, logBytes, isPayloadApart };
}

/** The value of a JSON column. */
export function fromColumn(text: string | null): JsonObject | null {
  return text === null ? null : JSON.parse(text);
}

/** Most of these lists are empty, and parsing is dear. */
function listOf<T>(text: string): readonly T[] {
  return text === "[]" ? NONE : JSON.parse(text);
}
