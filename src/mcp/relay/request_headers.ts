import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import { metaOf } from "../protocol/is_modern_request.ts";
import { MetaKey } from "../protocol/meta_key.ts";
import { findParamHeaders, type ParamHeader } from "../protocol/param_header.ts";
import { toHeaderText } from "../protocol/header_value.ts";

/** Which parameter `Mcp-Name` repeats. */
const NAMED_BY: ReadonlyMap<JsonValue, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
]);

/** Tools with headers of their own that are remembered. */
const MAX_TOOLS = 1_000;

/** The headers in which requests of the modern era repeat what gateways go by. */
export class RequestHeaders {
  readonly #byTool = new Map<JsonValue, readonly ParamHeader[]>();

  /** Takes note of a list of tools, as some want arguments to be repeated. */
  noteTools(result: JsonObject): void {
    const { tools } = result;
    for (const tool of Array.isArray(tools) ? tools : []) {
      const { name, inputSchema } = tool as JsonObject;
      if (name === undefined || inputSchema === undefined || !isJsonObject(inputSchema)) continue;
      const headers = findParamHeaders(inputSchema);
      // The tool may have changed since it was last listed.
      this.#byTool.delete(name);
      if (headers.length > 0 && this.#byTool.size < MAX_TOOLS) this.#byTool.set(name, headers);
    }
  }

  /**
   * The headers of a message.
   *
   * @param message A request or notification.
   * @returns Names and values; none for messages of the legacy era.
   */
  of(message: JsonObject): Readonly<Record<string, string>> {
    const { method, params } = message;
    if (params === undefined || !isJsonObject(params)) return {};
    const version = metaOf(params)?.[MetaKey.protocolVersion];
    if (typeof method !== "string" || typeof version !== "string") return {};
    const headers: Record<string, string> = {
      "mcp-protocol-version": version,
      "mcp-method": method,
    };
    const name = params[NAMED_BY.get(method) ?? ""];
    if (typeof name === "string") headers["mcp-name"] = encodeHeaderValue(name);
    if (method !== "tools/call" || name === undefined) return headers;
    for (const { header, path } of this.#byTool.get(name) ?? []) {
      const text = toHeaderText(valueAt(params["arguments"], path) ?? null);
      if (text !== undefined) headers[header.toLowerCase()] = encodeHeaderValue(text);
    }
    return headers;
  }
}

/** What a header cannot hold, or would be taken for something else, goes into base64. */
function encodeHeaderValue(text: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim() &&
    !(text.startsWith("=?base64?") && text.endsWith("?="));
  return isPlain ? text : `=?base64?${new TextEncoder().encode(text).toBase64()}?=`;
}

function valueAt(args: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const name of path) {
    if (value === undefined || !isJsonObject(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = value[name];
  }
  return value;
}
