import { isJsonObject, type JsonObject } from "../codec/mod.ts";
import type { ToolResult } from "../mcp/server/mod.ts";

/**
 * The result of a tool as one object, for wires that have no content blocks.
 *
 * @param result What a call came to.
 * @returns The structured content; for a tool that promises none, its content blocks as `content`.
 */
export function toResultObject({ structuredContent, content }: ToolResult): JsonObject {
  return structuredContent !== undefined && isJsonObject(structuredContent)
    ? structuredContent
    : { content };
}
