import { toJson } from "../../../codec/mod.ts";
import type { InsertedTask, NewTask } from "../../task_store.ts";
import { assertSameWork, createRecord } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { findPlace, NO_PLACE } from "../lane.ts";
import { MAX_INLINE_LENGTH, withPayload } from "../payload.ts";
import { fromRow, SELECT_TASKS } from "../task_row.ts";
import { getRecord } from "./get.ts";

/**
 * The unique columns refuse a second task of the same id or key; that saves a look for one. Any other
 * conflict would be a mistake of ours: `OR ROLLBACK` saves SQLite from preparing for it.
 */
const INSERT_TASK = `INSERT OR ROLLBACK INTO tasks (
    id, type, model, status, priority, max_attempts, created_at_ms, updated_at_ms,
    not_before_ms, deadline_at_ms, idempotency_key, payload, requires,
    affinity_worker, affinity_session, affinity_until_ms, lane, lane_until_ms
  ) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;

const INSERT_PAYLOAD = "INSERT INTO task_payloads (seq, payload) VALUES (?, ?)";

const BY_KEY = `${SELECT_TASKS} WHERE idempotency_key = ?`;

/**
 * Add a task, or return the one that already has its idempotency key or its chosen id.
 *
 * @throws {IdempotencyConflictError} If the key or the id belongs to different work.
 * @throws {RangeError} If an id that nobody chose is taken.
 */
export function insert(database: Database, input: NewTask): InsertedTask {
  const payload = toJson(input.payload);
  const isInline = payload.length <= MAX_INLINE_LENGTH;
  const { changes, lastInsertRowid } = insertTask(database, input, isInline ? payload : null);
  if (changes === 0) return findSame(database, input);
  if (!isInline) database.run(INSERT_PAYLOAD, [lastInsertRowid, payload]);
  return { task: createRecord({ ...input, payload: JSON.parse(payload) }).task, created: true };
}

function insertTask(database: Database, input: NewTask, payload: string | null) {
  const { nowMs, notBeforeMs, affinity } = input;
  const { lane, laneUntilMs } = notBeforeMs <= nowMs ? findPlace(database, input, nowMs) : NO_PLACE;
  return database.run(INSERT_TASK, [
    input.id,
    input.type,
    input.model,
    input.priority,
    input.maxAttempts,
    nowMs,
    nowMs,
    notBeforeMs,
    input.deadlineAtMs,
    input.idempotencyKey,
    payload,
    JSON.stringify(input.requires),
    affinity?.worker ?? null,
    affinity?.session ?? null,
    affinity?.untilMs ?? null,
    lane,
    laneUntilMs,
  ]);
}

function findSame(database: Database, input: NewTask): InsertedTask {
  const { id, isIdChosen, idempotencyKey } = input;
  const [row] = idempotencyKey === null ? [] : database.tuples(BY_KEY, [idempotencyKey]);
  const record = row !== undefined
    ? fromRow(row)
    : isIdChosen
    ? getRecord(database, id)
    : undefined;
  if (record === undefined) {
    throw new RangeError(`Cannot insert task as its id is taken: task "${id}"`);
  }
  const task = withPayload(database, record);
  assertSameWork(input, task);
  return { task, created: false };
}
