import type { JsonObject } from "../codec/mod.ts";
import { z } from "zod";
import type { ToolSchema } from "./tool.ts";

/**
 * The JSON Schema (2020-12) of a tool's arguments or result.
 *
 * @param schema The zod schema.
 * @param options Whose schema it is, and which side of it.
 * @returns A JSON Schema whose root is an object.
 * @throws {TypeError} If the schema cannot be said in JSON Schema, or is not about an object.
 */
export function toJsonSchema(
  schema: ToolSchema<unknown>,
  options: ToJsonSchemaOptions,
): JsonObject {
  const { toolName, io } = options;
  let converted: Record<string, unknown>;
  try {
    converted = z.toJSONSchema(schema as unknown as z.ZodType, { target: "draft-2020-12", io });
  } catch (cause) {
    throw new TypeError(
      `Cannot bind tool as its ${io} has no JSON Schema: tool "${toolName}"`,
      { cause },
    );
  }
  if (converted["type"] !== "object") {
    throw new TypeError(`Cannot bind tool as its ${io} is not an object: tool "${toolName}"`);
  }
  // 2020-12 is what MCP assumes; naming it makes clients with a draft-07 validator refuse the tool.
  delete converted["$schema"];
  return converted as JsonObject;
}

/** Whose schema it is, and which side of it. */
export interface ToJsonSchemaOptions {
  /** For the error message. */
  readonly toolName: string;
  /** What goes in (before defaults) or what comes out. */
  readonly io: "input" | "output";
}
