import { configureSync, type LogRecord, resetSync } from "@logtape/logtape";
import { formatJson, formatText, type LogEntry } from "./format_record.ts";
import { type LogLevel, ROOT_CATEGORY } from "./logger.ts";
import { sanitizeFields } from "./sanitize_fields.ts";

/** How and where log lines are written. */
export interface ConfigureLoggingOptions {
  /** The least important lines to write. @default {"info"} */
  readonly level?: LogLevel | undefined;
  /** For people or for programs. @default {"text"} */
  readonly format?: "text" | "json" | undefined;
  /**
   * Whether text is coloured; for a terminal on which `NO_COLOR` is not set.
   *
   * @default {false}
   */
  readonly color?: boolean | undefined;
  /** Takes each line, with its line feed. @default writes to standard error */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Start writing log lines. For the command line only: a library leaves this to its program.
 *
 * Calling it again replaces what was configured before.
 *
 * @param options How and where.
 */
export function configureLogging(options: ConfigureLoggingOptions = {}): void {
  const { level = "info", format = "text", color = false, write = writeToStderr } = options;
  const toLine = format === "json"
    ? formatJson
    : (entry: LogEntry): string => formatText(entry, { color });
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(toLine(toEntry(record))) },
    loggers: [
      {
        category: ROOT_CATEGORY,
        sinks: ["lines"],
        lowestLevel: level === "warn" ? "warning" : level,
      },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
}

/** Stop writing log lines. */
export function resetLogging(): void {
  resetSync();
}

function toEntry(record: LogRecord): LogEntry {
  const { category, level, rawMessage, properties, timestamp } = record;
  const isOurs = category[0] === ROOT_CATEGORY;
  return {
    timeMs: timestamp,
    level: level === "warning" ? "warn" : level,
    category: category.slice(isOurs && category.length > 1 ? 1 : 0).join("."),
    message: typeof rawMessage === "string" ? rawMessage : rawMessage.join(""),
    fields: isOurs ? properties : sanitizeFields(properties),
  };
}

const encoder = new TextEncoder();

/** Synchronous, so that the last lines before an exit are not lost. */
function writeToStderr(line: string): void {
  let bytes = encoder.encode(line);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
}
