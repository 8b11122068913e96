import type { LogLine } from "../../store/mod.ts";
import { clipBytes, clipText } from "./clip_text.ts";

/** Longest line of a log, in bytes of UTF-8. */
export const MAX_LINE_BYTES = 8 * 1024;
/** Most lines that one report may bring. */
export const MAX_REPORT_LINES = 256;
const MAX_STREAM_LENGTH = 64;

/**
 * What is kept of the lines of one report: they must not cost a worker its lease, so nothing is
 * refused. Of too many the newest are kept, behind a line that says how many are missing.
 */
export function clipLogs(lines: readonly LogLine[] | undefined): readonly LogLine[] | undefined {
  if (lines === undefined || lines.length === 0) return undefined;
  const excess = lines.length - MAX_REPORT_LINES;
  const kept = excess > 0 ? lines.slice(excess + 1) : lines;
  const clipped = kept.map(({ stream, message }) => ({
    stream: clipText(stream, MAX_STREAM_LENGTH) || "stdout",
    message: clipBytes(message, MAX_LINE_BYTES),
  }));
  if (excess <= 0) return clipped;
  const stream = clipped[0]?.stream ?? "stdout";
  return [{ stream, message: `… ${excess + 1} lines are missing` }, ...clipped];
}
