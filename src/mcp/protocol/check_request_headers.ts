import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { BoundTool } from "../bind_tool.ts";
import type { McpAnswer } from "../server/engine/mcp_service.ts";
import { shorten } from "../shorten.ts";
import type { ToolTable } from "../tool_table.ts";
import { McpErrorCode } from "./error_code.ts";
import { decodeHeaderValue, toHeaderText } from "./header_value.ts";
import { metaOf } from "./is_modern_request.ts";
import type { JsonRpcRequest } from "./message.ts";
import { MetaKey } from "./meta_key.ts";
import { findParamHeaders, type ParamHeader } from "./param_header.ts";
import { ProtocolError } from "./protocol_error.ts";
import { toErrorAnswer } from "./to_error_answer.ts";

/** Which parameter `Mcp-Name` repeats. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
]);

/** A number as clients may write it: `42.0` is `42`, but `0x2a` is not. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * Compare the headers of a modern request with its message, as gateways go by the headers alone.
 *
 * What is wrong with the message itself is left to whoever answers it.
 *
 * @param headers The headers of the HTTP request.
 * @param request The message.
 * @param tools The tools there are; those may have headers of their own.
 * @returns The refusal (400, -32020) if they differ.
 */
export function checkRequestHeaders(
  headers: Headers,
  request: JsonRpcRequest,
  tools: ToolTable,
): McpAnswer | undefined {
  const problem = findProblem(headers, request, tools);
  if (problem === undefined) return undefined;
  const message = `Cannot take request as its headers and its body differ: ${problem}`;
  const options = { httpStatus: 400, data: { code: "header_mismatch" } };
  return toErrorAnswer(
    request.id,
    new ProtocolError(McpErrorCode.headerMismatch, message, options),
  );
}

function findProblem(
  headers: Headers,
  request: JsonRpcRequest,
  tools: ToolTable,
): string | undefined {
  const version = metaOf(request.params)?.[MetaKey.protocolVersion];
  if (typeof version === "string" && headers.get("mcp-protocol-version") !== version) {
    return `Mcp-Protocol-Version must be "${shorten(version)}"`;
  }
  if (headers.get("mcp-method") !== request.method) {
    return `Mcp-Method must be "${shorten(request.method)}"`;
  }
  const nameMember = NAMED_BY.get(request.method);
  const name = nameMember === undefined ? undefined : request.params?.[nameMember];
  if (typeof name !== "string") return undefined;
  const nameHeader = headers.get("mcp-name");
  if (nameHeader === null || decodeHeaderValue(nameHeader) !== name) {
    return `Mcp-Name must be "${shorten(name)}"`;
  }
  const tool = request.method === "tools/call" ? tools.get(name) : undefined;
  return tool === undefined ? undefined : findParamProblem(headers, request, tool);
}

/** Found once for each tool: most have none. */
const paramHeaders = new WeakMap<BoundTool, readonly ParamHeader[]>();

function paramHeadersOf(tool: BoundTool): readonly ParamHeader[] {
  const known = paramHeaders.get(tool);
  if (known !== undefined) return known;
  const found = findParamHeaders(tool.definition.inputSchema);
  paramHeaders.set(tool, found);
  return found;
}

function findParamProblem(
  headers: Headers,
  request: JsonRpcRequest,
  tool: BoundTool,
): string | undefined {
  for (const declared of paramHeadersOf(tool)) {
    const value = valueAt(request.params?.["arguments"], declared.path);
    const text = value === undefined ? undefined : toHeaderText(value);
    // An argument that is not there has no header, and one of a wrong type is the tool's to refuse.
    if (value === undefined || text === undefined) continue;
    const header = headers.get(declared.header);
    const said = header === null ? undefined : decodeHeaderValue(header);
    if (said === undefined || !(said === text || isSameNumber(said, value))) {
      return `${declared.header} must be the argument "${declared.path.join(".")}"`;
    }
  }
  return undefined;
}

function isSameNumber(said: string, value: JsonValue): boolean {
  return typeof value === "number" && DECIMAL.test(said) && Number(said) === value;
}

function valueAt(
  args: JsonValue | undefined,
  path: readonly string[],
): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const name of path) {
    if (value === undefined || !isJsonObject(value)) return undefined;
    value = Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
  }
  return value;
}
