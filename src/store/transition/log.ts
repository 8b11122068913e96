import { Buffer } from "node:buffer";
import type { LogEntry } from "../../task/mod.ts";
import type { LogLine } from "../task_store.ts";
import { toStorableText } from "./storable_text.ts";

/** How many lines of a task's log are kept; the newest stay. */
export const MAX_LOG_LINES = 1_000;

/** How much of a task's log is kept, in bytes of UTF-8; the newest lines stay. */
export const MAX_LOG_BYTES = 256 * 1024;

/** The log that a task keeps. */
export interface LogSize {
  readonly lines: number;
  readonly bytes: number;
}

/** What a line counts for: its stream and its message, in bytes of UTF-8. */
export function logBytesOf({ stream, message }: LogLine): number {
  return Buffer.byteLength(stream) + Buffer.byteLength(message);
}

/** Whether some of the oldest lines must go. */
export function isLogTooLong({ lines, bytes }: LogSize): boolean {
  return lines > MAX_LOG_LINES || bytes > MAX_LOG_BYTES;
}

/**
 * The entries for new lines of a log, without those that would have to go at once.
 *
 * @param lines The new lines.
 * @param options How many lines the log has had so far, and the present time.
 */
export function toLogEntries(
  lines: readonly LogLine[],
  { logCount, nowMs }: { readonly logCount: number; readonly nowMs: number },
): readonly LogEntry[] {
  const dropped = Math.max(0, lines.length - MAX_LOG_LINES);
  return lines.slice(dropped).map(({ stream, message }, index) => ({
    seq: logCount + dropped + index + 1,
    atMs: nowMs,
    stream: toStorableText(stream),
    message: toStorableText(message),
  }));
}
