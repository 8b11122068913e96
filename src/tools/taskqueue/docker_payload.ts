import { z } from "zod";
import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { jsonObject } from "../json_schema.ts";

/** A command as a list of words, or as text that is split at spaces. */
export type DockerCommand = string | readonly string[];

/** Schema of {@linkcode DockerCommand}; `null` means the image's own. */
export const dockerCommand: z.ZodOptional<z.ZodNullable<z.ZodType<DockerCommand>>> = z.union([
  z.string(),
  z.array(z.string()),
]).nullable().optional() as z.ZodOptional<z.ZodNullable<z.ZodType<DockerCommand>>>;

const textByName: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());

/** Schema of an object of texts; `null` means none. */
export const optionalTexts: z.ZodOptional<
  z.ZodNullable<z.ZodType<Readonly<Record<string, string>>>>
> = textByName.nullable().optional();

/** Schema of the arguments that are added to the payload as they are. */
export const extra: z.ZodDefault<z.ZodNullable<z.ZodType<JsonObject>>> = jsonObject.nullable()
  .default(null).describe(
    "More of the payload, such as memory_limit, cpu_limit, gpus, timeout, network_mode, " +
      "working_dir, user, read_only, stream_output. Can also be given as arguments.",
  );

/** The parts of the payload of a container task. */
export interface DockerPayloadParts {
  /** What was given as arguments. */
  readonly given: Readonly<Record<string, JsonValue | undefined>>;
  /** The argument `extra`; what was given as an argument goes before it. */
  readonly extra: JsonObject | null;
}

/**
 * The payload of a container task. What is not set is left out, so that the worker's defaults hold.
 *
 * @param parts Its parts.
 * @returns The payload.
 */
export function toDockerPayload({ given, extra }: DockerPayloadParts): JsonObject {
  const merged = new Map<string, JsonValue>();
  for (const [name, value] of [...Object.entries(given), ...Object.entries(extra ?? {})]) {
    if (value !== null && value !== undefined && !merged.has(name)) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
