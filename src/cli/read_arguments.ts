import { isJsonObject, type JsonObject } from "../codec/mod.ts";
import { invalidJson, readJson } from "./read_json.ts";
import type { Terminal } from "./terminal.ts";

const WORDS = {
  noun: "arguments",
  hint: `Give a JSON object such as '{"text":"hi"}', @file, or - for standard input`,
} as const;

/**
 * The arguments of a tool, or the input of a task, from the command line.
 *
 * @param given A JSON object, `@path`, `-`, or nothing.
 * @param terminal Where `-` reads.
 * @returns The object; empty if nothing was given.
 * @throws {UsageError} If it cannot be read or is not a JSON object.
 */
export async function readArguments(
  given: string | undefined,
  terminal: Terminal,
): Promise<JsonObject> {
  if (given === undefined) return {};
  const value = await readJson(given, { ...WORDS, terminal });
  if (!isJsonObject(value)) throw invalidJson(given, { ...WORDS, reason: "it is not an object" });
  return value;
}
