import { resolve } from "node:path";
import type { Setting } from "./settings.ts";

/** A value and where it came from, for messages. */
export interface SourcedValue {
  readonly value: unknown;
  readonly source: string;
}

/** Values of one source, by setting path. */
export type Layer = ReadonlyMap<string, SourcedValue>;

/**
 * Make a relative path absolute, if the setting is a path; leave all else alone.
 *
 * @param setting Which setting the value is for.
 * @param value What was given.
 * @param baseDir Where relative paths of this source start.
 * @returns The value to use.
 */
export function settlePath(setting: Setting, value: unknown, baseDir: string): unknown {
  return setting.isPath && typeof value === "string" && value !== ""
    ? resolve(baseDir, value)
    : value;
}
