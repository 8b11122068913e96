import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { JsonRpcMessage, RequestId } from "./message.ts";

/** Why a value is no message. */
export interface MalformedMessage {
  /** What is wrong, for the error's message. */
  readonly problem: string;
  /** Whose answer the error is, if that can be told. */
  readonly id: RequestId | null;
}

/**
 * Take a value for a JSON-RPC message as MCP has them: 2.0, parameters by name, ids that are text or
 * whole numbers. Members that nobody knows are let be.
 *
 * @param value Something that was JSON.
 * @returns The same value as a message, or what is wrong with it.
 *
 * @example Tell them apart
 * ```ts
 * import { parseMessage } from "./parse_message.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok("method" in parseMessage({ jsonrpc: "2.0", id: 1, method: "ping" }));
 * assert.deepEqual(parseMessage([]), { problem: "it is not an object", id: null });
 * ```
 */
export function parseMessage(value: JsonValue): JsonRpcMessage | MalformedMessage {
  if (!isJsonObject(value)) return { problem: "it is not an object", id: null };
  const problem = "method" in value ? findCallProblem(value) : findResponseProblem(value);
  if (problem === undefined) return value as unknown as JsonRpcMessage;
  const id = value["id"];
  return { problem, id: isRequestId(id) ? id : null };
}

function findCallProblem(value: JsonObject): string | undefined {
  if (value["jsonrpc"] !== "2.0") return 'its "jsonrpc" is not "2.0"';
  const { method, params } = value;
  if (typeof method !== "string" || method === "") return 'its "method" is not a name';
  if ("id" in value && !isRequestId(value["id"])) {
    return 'its "id" is neither text nor a whole number';
  }
  if (params !== undefined && !isJsonObject(params)) return 'its "params" is not an object';
  if ("result" in value || "error" in value) return "it is a request and a response in one";
  return undefined;
}

function findResponseProblem(value: JsonObject): string | undefined {
  if (value["jsonrpc"] !== "2.0") return 'its "jsonrpc" is not "2.0"';
  const { id, result, error } = value;
  if ((result === undefined) === (error === undefined)) {
    return 'it has no "method", and not one of "result" and "error"';
  }
  if (result !== undefined) {
    if (!isRequestId(id)) return 'its "id" is neither text nor a whole number';
    return isJsonObject(result) ? undefined : 'its "result" is not an object';
  }
  if (id !== undefined && id !== null && !isRequestId(id)) {
    return 'its "id" is neither text nor a whole number';
  }
  return isError(error) ? undefined : 'its "error" has no code and message';
}

function isRequestId(id: JsonValue | undefined): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

function isError(error: JsonValue | undefined): boolean {
  return error !== undefined && isJsonObject(error) &&
    Number.isSafeInteger(error["code"]) && typeof error["message"] === "string";
}
