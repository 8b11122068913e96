import type { LogLine } from "../../task_store.ts";
import { isLogTooLong, logBytesOf, type LogSize, toLogEntries } from "../../transition/mod.ts";
import type { Database } from "../database.ts";
import type { StoredRecord } from "../task_row.ts";

const ADD_LINE = "INSERT INTO task_logs (task, n, at_ms, stream, message) VALUES (?, ?, ?, ?, ?)";
const COUNT_LINES = "SELECT count(*) AS lines FROM task_logs WHERE task = ?";
const OLDEST_LINES = `SELECT n, octet_length(stream) + octet_length(message) AS bytes
  FROM task_logs WHERE task = ? ORDER BY n LIMIT ? + 0`;
const DROP_LINES = "DELETE FROM task_logs WHERE task = ? AND n <= ?";
const SET_BYTES = "UPDATE tasks SET log_bytes = ? WHERE seq = ?";

/** New lines of a log. */
export interface AppendLog {
  readonly lines: readonly LogLine[];
  readonly nowMs: number;
}

/**
 * Append lines to a task's log, and drop the oldest when it grows too long.
 *
 * @param database Where the log is.
 * @param record The task as it was before.
 * @param append The lines.
 */
export function appendLog(
  database: Database,
  record: StoredRecord,
  { lines, nowMs }: AppendLog,
): void {
  const { seq: task, task: { logCount } } = record;
  let bytes = record.logBytes;
  for (const entry of toLogEntries(lines, { logCount, nowMs })) {
    const { seq, atMs, stream, message } = entry;
    database.run(ADD_LINE, [task, seq, atMs, stream, message]);
    bytes += logBytesOf(entry);
  }
  const [count] = database.all(COUNT_LINES, [task]);
  const kept = trimLog(database, task, { lines: Number(count?.["lines"]), bytes });
  database.run(SET_BYTES, [kept.bytes, task]);
}

function trimLog(database: Database, task: number, size: LogSize): LogSize {
  let { lines, bytes } = size;
  while (isLogTooLong({ lines, bytes })) {
    let last = 0;
    for (const row of database.all(OLDEST_LINES, [task, PAGE])) {
      if (!isLogTooLong({ lines, bytes })) break;
      last = Number(row["n"]);
      lines--;
      bytes -= Number(row["bytes"]);
    }
    database.run(DROP_LINES, [task, last]);
  }
  return { lines, bytes };
}

/** How many of the oldest lines are looked at together. */
const PAGE = 64;
