import type { Task } from "../../../task/mod.ts";
import type { ClaimTasks } from "../../task_store.ts";
import { ClaimFilter, startAttempt } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import { withPayload } from "../payload.ts";
import { saveRecord } from "../save_record.ts";
import { fromRow, SELECT_TASKS, type StoredRecord } from "../task_row.ts";
import { countRunning } from "./counts.ts";
import { findLanes } from "./find_lanes.ts";
import { promote } from "./promote.ts";
import { ReadyTasks } from "./ready_tasks.ts";

/** At least so many tasks of a type, whose time has come, one claim makes ready; sweeps do more. */
const MIN_PROMOTED = 16;

const CANDIDATE = `SELECT id, type, model, not_before_ms, deadline_at_ms
  FROM tasks WHERE seq = ?`;

const BY_SEQ = `${SELECT_TASKS} WHERE seq = ?`;

/** Lease up to `limit` claimable tasks, highest priority first, then oldest. */
export function claim(database: Database, wish: ClaimTasks): readonly Task[] {
  const { types, limit, nowMs } = wish;
  if (types.length === 0 || limit < 1) return [];
  promote(database, { types, nowMs, limit: Math.max(limit, MIN_PROMOTED) });
  const filter = new ClaimFilter(wish, (type) => countRunning(database, type));
  const lanes = findLanes(database, wish);
  const ready = new ReadyTasks(database, lanes, (type) => filter.isFull(type));
  const tasks: Task[] = [];
  while (tasks.length < limit && !filter.isExhausted) {
    const seq = ready.next();
    if (seq === undefined) break;
    const record = take(database, seq, { wish, filter });
    if (record !== undefined) tasks.push(lease(database, record, wish));
  }
  return tasks;
}

/** The record of a ready task, if the claim gets it. */
function take(
  database: Database,
  seq: number,
  { wish, filter }: { readonly wish: ClaimTasks; readonly filter: ClaimFilter },
): StoredRecord | undefined {
  // When nobody is asked nearly every candidate is taken, and so is read whole at once.
  const record = wish.mayTake === undefined ? getBySeq(database, seq) : undefined;
  const candidate = record?.task ?? findCandidate(database, seq);
  const { id, type, model, notBeforeMs: readyAtMs, deadlineAtMs } = candidate;
  if (deadlineAtMs !== null && deadlineAtMs <= wish.nowMs) {
    filter.skip();
    return undefined;
  }
  const isTaken = filter.take({ id, type, model, readyAtMs });
  return isTaken ? record ?? getBySeq(database, seq) : undefined;
}

type Candidate = Pick<Task, "id" | "type" | "model" | "notBeforeMs" | "deadlineAtMs">;

function findCandidate(database: Database, seq: number): Candidate {
  const [row = []] = database.tuples(CANDIDATE, [seq]);
  const [id, type, model, notBeforeMs, deadlineAtMs] = row;
  return {
    id: String(id),
    type: String(type),
    model: String(model),
    notBeforeMs: Number(notBeforeMs),
    deadlineAtMs: typeof deadlineAtMs === "number" ? deadlineAtMs : null,
  };
}

function getBySeq(database: Database, seq: number): StoredRecord {
  const [row] = database.tuples(BY_SEQ, [seq]);
  if (row === undefined) throw new Error(`Cannot lease task as it is gone: number "${seq}"`);
  return fromRow(row);
}

function lease(database: Database, record: StoredRecord, wish: ClaimTasks): Task {
  const task = saveRecord(database, record, startAttempt(record, wish));
  return withPayload(database, { ...record, task });
}
