import type { JsonObject, JsonValue } from "../../codec/mod.ts";

/** What identifies a request among those of its sender. */
export type RequestId = string | number;

/** Asks for an answer. */
export interface JsonRpcRequest {
  /** Always so. */
  readonly jsonrpc: "2.0";
  /** What the answer is known by. */
  readonly id: RequestId;
  /** What is asked for. */
  readonly method: string;
  /** As the method has them. */
  readonly params?: JsonObject | undefined;
}

/** Says something that has no answer. */
export interface JsonRpcNotification {
  /** Always so. */
  readonly jsonrpc: "2.0";
  /** What is told. */
  readonly method: string;
  /** As the method has them. */
  readonly params?: JsonObject | undefined;
}

/** Answers a request. `id` is null if it is not known which. */
export type JsonRpcResponse =
  | { readonly jsonrpc: "2.0"; readonly id: RequestId; readonly result: JsonObject }
  | { readonly jsonrpc: "2.0"; readonly id: RequestId | null; readonly error: JsonRpcError };

/** Why a request has no result. */
export interface JsonRpcError {
  /** One of JSON-RPC's, of MCP's, or of the program's own. */
  readonly code: number;
  /** For people. */
  readonly message: string;
  /** For programs. */
  readonly data?: JsonValue | undefined;
}

/** Everything that goes over the wire. */
export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResponse;
