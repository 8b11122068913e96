import { toJson } from "../../../codec/mod.ts";
import { IdempotencyConflictError, type Task } from "../../../task/mod.ts";
import type { InsertedTask, NewTask } from "../../task_store.ts";
import { createRecord, fingerprintOf } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { fromRow, SELECT_TASKS } from "../task_row.ts";

const INSERT_TASK = `INSERT INTO tasks (
    id, type, model, status, ready, priority, attempt, max_attempts, created_at_ms, updated_at_ms,
    not_before_ms, deadline_at_ms, failures, idempotency_key, fingerprint
  ) VALUES (
    :id, :type, :model, 'queued', :ready, :priority, 0, :maxAttempts, :nowMs, :nowMs,
    :notBeforeMs, :deadlineAtMs, '[]', :idempotencyKey, :fingerprint
  ) ON CONFLICT (id) DO NOTHING RETURNING seq`;

const INSERT_PAYLOAD = "INSERT INTO task_payloads (seq, payload) VALUES (:seq, :payload)";

/**
 * Add a task, or return the one that already has its idempotency key.
 *
 * @throws {IdempotencyConflictError} If the key belongs to different work.
 * @throws {RangeError} If the id is taken.
 */
export function insert(database: Database, input: NewTask): InsertedTask {
  const fingerprint = input.idempotencyKey === null ? null : fingerprintOf(input);
  const known = findByKey(database, input.idempotencyKey, fingerprint);
  if (known !== undefined) return { task: known, created: false };
  const payload = toJson(input.payload);
  const [row] = database.all(INSERT_TASK, {
    id: input.id,
    type: input.type,
    model: input.model,
    ready: Number(input.notBeforeMs <= input.nowMs),
    priority: input.priority,
    maxAttempts: input.maxAttempts,
    nowMs: input.nowMs,
    notBeforeMs: input.notBeforeMs,
    deadlineAtMs: input.deadlineAtMs,
    idempotencyKey: input.idempotencyKey,
    fingerprint,
  });
  if (row === undefined) {
    throw new RangeError(`Cannot insert task as its id is taken: task "${input.id}"`);
  }
  database.all(INSERT_PAYLOAD, { seq: Number(row["seq"]), payload });
  return { task: createRecord({ ...input, payload: JSON.parse(payload) }).task, created: true };
}

function findByKey(
  database: Database,
  key: string | null,
  fingerprint: string | null,
): Task | undefined {
  if (key === null) return undefined;
  const [row] = database.all(`${SELECT_TASKS} WHERE idempotency_key = :key`, { key });
  if (row === undefined) return undefined;
  const { task } = fromRow(row);
  if (row["fingerprint"] !== fingerprint) throw new IdempotencyConflictError(key, task.id);
  return task;
}
