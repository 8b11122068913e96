import { isJsonObject, type JsonObject, type JsonValue } from "../../codec/mod.ts";
import type { RpcRefusal } from "../errors.ts";
import { isRequestId, type RequestId, toObject } from "../messages.ts";
import { RpcErrorCode, RpcMethod } from "../protocol.ts";

/** What a message from a server means to a client. */
export type Incoming =
  /** `content` is set if it is an object, as in answers of directly answered tools. */
  | {
    readonly kind: "result";
    readonly id: RequestId;
    readonly result: JsonObject;
    readonly content: JsonObject | undefined;
  }
  | { readonly kind: "refusal"; readonly id: RequestId | null; readonly refusal: RpcRefusal }
  | { readonly kind: "event"; readonly id: RequestId; readonly event: JsonObject }
  /** The peer speaks something else under the name of the protocol. */
  | { readonly kind: "envelope" }
  /** A request, or news that nobody has asked for. */
  | { readonly kind: "other" };

/** Reads a message from a server. */
export function parseIncoming(message: JsonObject): Incoming {
  const { jsonrpc, id, method, error, result } = message;
  if (jsonrpc === undefined && message["type"] !== undefined) return { kind: "envelope" };
  if (method === RpcMethod.event) return parseEvent(toObject(message["params"]));
  if (method !== undefined) return { kind: "other" };
  if (error !== undefined) {
    const refusal = parseRefusal(error);
    return { kind: "refusal", id: isRequestId(id) ? id : null, refusal };
  }
  return isRequestId(id) ? parseResult(id, toObject(result)) : { kind: "other" };
}

/** Whether a peer says that it wants `initialize` first. It has not looked at the request then. */
export function isInitRequired({ rpcCode, remoteCode }: RpcRefusal): boolean {
  return rpcCode === RpcErrorCode.initRequired && remoteCode === "init_required";
}

function parseResult(id: RequestId, result: JsonObject): Incoming {
  const { content } = result;
  const isObject = content !== undefined && isJsonObject(content);
  return { kind: "result", id, result, content: isObject ? content : undefined };
}

function parseEvent({ id, event }: JsonObject): Incoming {
  const isEvent = isRequestId(id) && event !== undefined && isJsonObject(event);
  return isEvent ? { kind: "event", id, event } : { kind: "other" };
}

function parseRefusal(error: JsonValue): RpcRefusal {
  const { code, message, data } = toObject(error);
  const text = typeof message === "string" ? message : "no reason given";
  const { code: remoteCode = text } = toObject(data);
  return {
    rpcCode: typeof code === "number" ? code : 0,
    remoteCode: String(remoteCode),
    message: text,
  };
}
