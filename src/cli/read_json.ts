import type { JsonValue } from "../codec/mod.ts";
import { toErrorMessage } from "../error/mod.ts";
import { UsageError } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

/** How JSON is read. */
export interface ReadJsonOptions {
  /** Where `-` reads. */
  readonly terminal: Terminal;
  /** What it is, for the error, as in `arguments`. */
  readonly noun: string;
  /** What to give instead, for the error. */
  readonly hint: string;
}

/**
 * JSON from the command line.
 *
 * @param given The JSON itself, `@path`, or `-`.
 * @param options Where to read, and what to say if it cannot be read.
 * @returns The value.
 * @throws {UsageError} If it cannot be read or is no JSON.
 */
export async function readJson(given: string, options: ReadJsonOptions): Promise<JsonValue> {
  try {
    return JSON.parse(await readText(given, options.terminal));
  } catch (cause) {
    throw invalidJson(given, { ...options, reason: toErrorMessage(cause), cause });
  }
}

/**
 * The error for JSON that will not do.
 *
 * @param given As on the command line.
 * @param options What is wrong with it, and what to give instead.
 * @returns The error, to be thrown.
 */
export function invalidJson(
  given: string,
  options: Omit<ReadJsonOptions, "terminal"> & {
    readonly reason: string;
    readonly cause?: unknown;
  },
): UsageError {
  const { noun, hint, reason, cause } = options;
  return new UsageError(`Cannot read ${noun} as ${reason}: ${noun} "${given}"`, { cause, hint });
}

async function readText(given: string, terminal: Terminal): Promise<string> {
  if (given === "-") return await terminal.readIn();
  return given.startsWith("@") ? await Deno.readTextFile(given.slice(1)) : given;
}
