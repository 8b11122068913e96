import type { JsonObject } from "../../codec/mod.ts";
import { type Task, TaskNotFoundError } from "../../task/mod.ts";
import type { Database } from "./database.ts";
import type { StoredRecord } from "./task_row.ts";
import { toStoreError } from "./to_store_error.ts";

/** Payloads up to this length, in UTF-16 units of JSON, are a column of their task. */
export const MAX_INLINE_LENGTH = 1_024;

const SELECT_PAYLOAD = "SELECT payload FROM task_payloads WHERE seq = ?";

/** The task with its payload, read now if that is kept apart. */
export function withPayload(database: Database, { seq, task, isPayloadApart }: StoredRecord): Task {
  return isPayloadApart ? { ...task, payload: readPayload(database, seq, task.id) } : task;
}

/**
 * The task with its payload, read when somebody looks at it if that is kept apart. A report on a task
 * is seldom followed by a look at its payload, and a megabyte of JSON takes milliseconds to parse.
 *
 * @throws {TaskNotFoundError} From the member `payload`, if the task has been deleted meanwhile.
 */
export function withLazyPayload(database: Database, record: StoredRecord, task: Task): Task {
  const { seq, isPayloadApart } = record;
  if (!isPayloadApart) return task;
  let known: JsonObject | undefined;
  return Object.defineProperty({ ...task }, "payload", {
    enumerable: true,
    configurable: true,
    get: () => known ??= readPayload(database, seq, task.id),
  });
}

function readPayload(database: Database, seq: number, taskId: string): JsonObject {
  let text: unknown;
  try {
    text = database.all(SELECT_PAYLOAD, [seq])[0]?.["payload"];
  } catch (error) {
    throw toStoreError(error, database.path);
  }
  if (typeof text !== "string") throw new TaskNotFoundError(taskId);
  return JSON.parse(text);
}
