import { isJsonObject, type JsonObject, type JsonValue } from "../codec/mod.ts";

/** Longer ids are refused, as every answer repeats its id. */
const MAX_ID_LENGTH = 1_024;

/** What identifies a request on its stream. */
export type RequestId = string | number;

/** What an error answer is made of. */
export interface ErrorAnswer {
  /** The number of JSON-RPC. */
  readonly rpcCode: number;
  /** Stable, machine-readable. Deployed peers compare the text with it. */
  readonly code: string;
}

/** A JSON-RPC answer with a result. */
export function toResultAnswer(id: RequestId, result: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id, result };
}

/** A JSON-RPC answer with an error. Its text is the code, as deployed peers have it. */
export function toErrorAnswer(id: RequestId | null, { rpcCode, code }: ErrorAnswer): JsonObject {
  return { jsonrpc: "2.0", id, error: { code: rpcCode, message: code, data: { code } } };
}

/** Whether a value can identify a request. */
export function isRequestId(id: JsonValue | undefined): id is RequestId {
  return typeof id === "string" ? id.length <= MAX_ID_LENGTH : Number.isSafeInteger(id);
}

/** The value if it is an object, else an empty one. */
export function toObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
