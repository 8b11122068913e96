import { type JsonObject, toJson } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { TaskRecord } from "../transition/mod.ts";
import type { Database, Row } from "./database.ts";

/** A row of `tasks` joined with its payload. The tables are STRICT, so the types hold. */
interface TaskRow {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly model: string;
  readonly status: Task["status"];
  readonly priority: number;
  readonly attempt: number;
  readonly "max_attempts": number;
  readonly "created_at_ms": number;
  readonly "updated_at_ms": number;
  readonly "not_before_ms": number;
  readonly "deadline_at_ms": number | null;
  readonly worker: string | null;
  readonly "lease_token": string | null;
  readonly "lease_until_ms": number | null;
  readonly progress: string | null;
  readonly result: string | null;
  readonly "error_code": string | null;
  readonly "error_message": string | null;
  readonly failures: string;
  readonly "idempotency_key": string | null;
  readonly payload: string;
}

/** A record and where it is kept. */
export interface StoredRecord extends TaskRecord {
  readonly seq: number;
}

/** What every query for whole tasks begins with. */
export const SELECT_TASKS = "SELECT tasks.*, payload FROM tasks JOIN task_payloads USING (seq)";

/** The record in a row of {@linkcode SELECT_TASKS}. */
export function fromRow(plainRow: Row): StoredRecord {
  const row = plainRow as unknown as TaskRow;
  const task: Task = {
    id: row.id,
    type: row.type,
    model: row.model,
    payload: JSON.parse(row.payload),
    status: row.status,
    priority: row.priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    notBeforeMs: row.not_before_ms,
    deadlineAtMs: row.deadline_at_ms,
    lease: leaseOf(row),
    assignedWorker: row.worker,
    progress: fromJson(row.progress),
    result: fromJson(row.result),
    error: row.error_code === null
      ? null
      : { code: row.error_code, message: row.error_message ?? "" },
    failures: JSON.parse(row.failures),
    idempotencyKey: row.idempotency_key,
  };
  return { seq: row.seq, task, lastToken: row.lease_token };
}

/** The column for a JSON member. */
export function toColumn(value: JsonObject | null): string | null {
  return value === null ? null : toJson(value);
}

const UPDATE_TASK = `UPDATE tasks SET
  status = :status, ready = :ready, attempt = :attempt, updated_at_ms = :updatedAtMs,
  not_before_ms = :notBeforeMs, worker = :worker, lease_token = :leaseToken,
  lease_until_ms = :leaseUntilMs, progress = :progress, result = :result,
  error_code = :errorCode, error_message = :errorMessage, failures = :failures
  WHERE seq = :seq`;

/** Save all that may change of a task, and return it as a later read will give it. */
export function saveRecord(database: Database, { seq, task, lastToken }: StoredRecord): Task {
  const progress = toColumn(task.progress);
  const result = toColumn(task.result);
  database.all(UPDATE_TASK, {
    seq,
    status: task.status,
    ready: Number(task.status === "queued" && task.notBeforeMs <= task.updatedAtMs),
    attempt: task.attempt,
    updatedAtMs: task.updatedAtMs,
    notBeforeMs: task.notBeforeMs,
    worker: task.assignedWorker,
    leaseToken: lastToken,
    leaseUntilMs: task.lease?.untilMs ?? null,
    progress,
    result,
    errorCode: task.error?.code ?? null,
    errorMessage: task.error?.message ?? null,
    failures: JSON.stringify(task.failures),
  });
  return { ...task, progress: fromJson(progress), result: fromJson(result) };
}

function leaseOf(row: TaskRow): Task["lease"] {
  if (row.lease_until_ms === null) return null;
  return {
    worker: row.worker ?? "",
    token: row.lease_token ?? "",
    untilMs: row.lease_until_ms,
  };
}

function fromJson(text: string | null): JsonObject | null {
  return text === null ? null : JSON.parse(text);
}
