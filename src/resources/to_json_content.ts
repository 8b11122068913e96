import { type JsonValue, toJson } from "../codec/mod.ts";
import type { ResourceContent } from "../mcp/mod.ts";

/** Media type of everything that a node lets read. */
export const JSON_TYPE = "application/json";

/**
 * A value as the content of a resource.
 *
 * @param uri The resource.
 * @param value What it holds.
 * @returns The content.
 */
export function toJsonContent(uri: string, value: JsonValue): readonly ResourceContent[] {
  return [{ uri, mimeType: JSON_TYPE, text: toJson(value) }];
}
