import type { SQLInputValue } from "node:sqlite";
import { type JsonObject, toJson } from "../../codec/mod.ts";
import type { Task } from "../../task/mod.ts";
import type { TaskRecord } from "../transition/mod.ts";
import type { Database } from "./database.ts";
import { findPlace, NO_PLACE } from "./lane.ts";
import { fromColumn, type StoredRecord } from "./task_row.ts";

/**
 * Save what a transition changed of a task, and nothing else: an index costs time only when one of
 * its columns is written.
 *
 * @param database Where to.
 * @param before The record as it was read.
 * @param after What the transition made of it.
 * @returns The task as a later read will give it, but for a payload that was not read.
 */
export function saveRecord(database: Database, before: StoredRecord, after: TaskRecord): Task {
  const { task } = after;
  const changes = new ColumnChanges();
  for (const [column, valueOf] of SCALARS) changes.add(column, valueOf(before), valueOf(after));
  const { lane, laneUntilMs } = placeOf(database, task);
  changes.add("lane", before.lane, lane);
  changes.add("lane_until_ms", before.laneUntilMs, laneUntilMs);
  const progress = changes.addJson("progress", before.task.progress, task.progress);
  const result = changes.addJson("result", before.task.result, task.result);
  if (task.failures !== before.task.failures) {
    changes.add("failures", undefined, JSON.stringify(task.failures));
  }
  changes.save(database, before.seq);
  return progress === task.progress && result === task.result
    ? task
    : { ...task, progress, result };
}

type Value = SQLInputValue | undefined;

/** What may change of a task, but for its place and its JSON. */
const SCALARS: readonly (readonly [column: string, valueOf: (record: TaskRecord) => Value])[] = [
  ["status", ({ task }) => task.status],
  ["attempt", ({ task }) => task.attempt],
  ["updated_at_ms", ({ task }) => task.updatedAtMs],
  ["not_before_ms", ({ task }) => task.notBeforeMs],
  ["deadline_at_ms", ({ task }) => task.deadlineAtMs],
  ["worker", ({ task }) => task.assignedWorker],
  ["lease_token", ({ lastToken }) => lastToken],
  ["lease_until_ms", ({ task }) => task.lease?.untilMs ?? null],
  ["is_fenced", ({ task }) => Number(task.lease?.isFenced ?? true)],
  ["error_code", ({ task }) => task.error?.code ?? null],
  ["error_message", ({ task }) => task.error?.message ?? null],
  ["log_count", ({ task }) => task.logCount],
];

/** The columns of one row whose values are new. */
class ColumnChanges {
  #assignments = "";
  readonly #values: SQLInputValue[] = [];

  add(column: string, before: Value, after: Value): void {
    if (before === after || after === undefined) return;
    this.#assignments += this.#assignments === "" ? `${column} = ?` : `, ${column} = ?`;
    this.#values.push(after);
  }

  /** Returns the value as a later read will give it. */
  addJson(column: string, before: JsonObject | null, after: JsonObject | null): JsonObject | null {
    if (before === after) return after;
    const text = after === null ? null : toJson(after);
    this.add(column, undefined, text);
    return fromColumn(text);
  }

  /** A conflict would be a mistake of ours: `OR ROLLBACK` saves SQLite from preparing for one. */
  save(database: Database, seq: number): void {
    if (this.#values.length === 0) return;
    database.run(`UPDATE OR ROLLBACK tasks SET ${this.#assignments} WHERE seq = ?`, [
      ...this.#values,
      seq,
    ]);
  }
}

function placeOf(database: Database, task: Task) {
  const isReady = task.status === "queued" && task.notBeforeMs <= task.updatedAtMs;
  return isReady ? findPlace(database, task, task.updatedAtMs) : NO_PLACE;
}
