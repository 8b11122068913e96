import type { JsonValue } from "../../../codec/mod.ts";
import type { LogLevel } from "../../tool.ts";

/** Least important first. */
const LEVELS: readonly string[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];

/** What clients of the legacy era get that have not said what they want. */
export const DEFAULT_LOG_LEVEL = "info";

/**
 * Whether a value is the name of a level.
 *
 * @param value Anything.
 * @returns Whether it is.
 */
export function isLogLevel(value: JsonValue | undefined): value is LogLevel {
  return typeof value === "string" && LEVELS.includes(value);
}

/**
 * Whether a message is important enough.
 *
 * @param level The message's.
 * @param least What the client wants.
 * @returns Whether the client wants it.
 */
export function isWanted(level: LogLevel, least: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}
