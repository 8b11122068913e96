import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { RemoteToolFailure, RemoteToolResult } from "./mcp_client.ts";

/**
 * What a call came to, of the result as the protocol has it.
 *
 * @param result The result; its form has been checked.
 * @returns The same, with the text and the failure picked out.
 */
export function toToolResult(result: JsonObject): RemoteToolResult {
  const { structuredContent } = result;
  const content = (result["content"] ?? []) as readonly JsonObject[];
  const isError = result["isError"] === true;
  const texts = content.flatMap((part) => typeof part["text"] === "string" ? [part["text"]] : []);
  return {
    structuredContent,
    content,
    text: texts.join("\n"),
    isError,
    error: isError ? toFailure(structuredContent) : undefined,
  };
}

function toFailure(structuredContent: JsonValue | undefined): RemoteToolFailure | undefined {
  if (structuredContent === undefined || !isJsonObject(structuredContent)) return undefined;
  const { error: message, code, hint } = structuredContent;
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return { code, message, hint: typeof hint === "string" ? hint : undefined };
}
