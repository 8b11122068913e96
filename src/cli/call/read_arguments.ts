import { z } from "zod";
import type { JsonObject } from "../../codec/mod.ts";
import { toErrorMessage } from "../../error/mod.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";

const argumentsSchema = z.record(z.string(), z.json());

/**
 * The arguments of a tool from the command line.
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
  const text = await readText(given, terminal);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(given, toErrorMessage(cause), cause);
  }
  const parsed = argumentsSchema.safeParse(value);
  if (!parsed.success) throw invalid(given, "it is not an object");
  return parsed.data as JsonObject;
}

async function readText(given: string, terminal: Terminal): Promise<string> {
  if (given === "-") return await terminal.readIn();
  if (!given.startsWith("@")) return given;
  try {
    return await Deno.readTextFile(given.slice(1));
  } catch (cause) {
    throw invalid(given, toErrorMessage(cause), cause);
  }
}

function invalid(given: string, reason: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot read arguments as ${reason}: arguments "${given}"`, {
    cause,
    hint: `Give a JSON object such as '{"text":"hi"}', @file, or - for standard input`,
  });
}
