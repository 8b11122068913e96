import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Authorizer } from "../../network/mod.ts";
import { type RequestId, RpcErrorCode } from "../../rpc/mod.ts";
import { takeToken } from "../stream/token.ts";

/** What a {@linkcode SessionGate} decides by. */
export interface SessionGateOptions {
  /** Who is at the other end, proven by the handshake. */
  readonly peerId: string;
  /** Who may call. */
  readonly authorizer: Authorizer;
  /** Told about requests that will have no answer. */
  readonly release: (id: RequestId) => void;
}

/** What to do with a message: hand it on, answer it here, leave it to others, or forget it. */
export type GateDecision =
  | { readonly deliver: JsonObject }
  | { readonly answer: JsonObject }
  | { readonly decline: JsonObject }
  | { readonly drop: string };

/** Stands between one peer's stream and the protocol: nothing unauthorised gets past it. */
export class SessionGate {
  readonly #options: SessionGateOptions;
  readonly #calls = new Map<JsonValue, Call>();
  #hasAuthorised = false;

  constructor(options: SessionGateOptions) {
    this.#options = options;
  }

  /**
   * Decide about a message from the peer.
   *
   * @param incoming A request or a notification, as it came.
   * @returns What to do with it.
   */
  admit(incoming: JsonObject): GateDecision {
    const { token, hasToken, message } = takeToken(incoming);
    const { id, method } = message;
    const { peerId, authorizer } = this.#options;
    const decision = authorizer.authorize({ peerId, token });
    if (typeof id !== "string" && typeof id !== "number") {
      return this.#admitNotification(message, decision.ok);
    }
    if (!decision.ok) {
      // Whoever shows no token may know another use of the stream, which begins the same way.
      if (method === "initialize" && !hasToken) return { decline: message };
      return { answer: toRefusal(id, decision) };
    }
    this.#hasAuthorised = true;
    if (method === "tools/call") this.#calls.set(id, { isCancelled: false, hasEnded: false });
    // A subscription stays without an answer as long as its stream lives.
    if (method === "subscriptions/listen") this.#options.release(id);
    return { deliver: message };
  }

  /**
   * Take note of a message that goes to the peer.
   *
   * @param message The message.
   */
  noteSent(message: JsonObject): void {
    if (!("method" in message)) this.#calls.delete(message["id"] ?? null);
  }

  /**
   * Take note that a tool has ended. A cancelled call is never answered, so this is its end.
   *
   * @param id The call's request id.
   */
  noteCallEnded(id: RequestId): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.hasEnded = true;
    if (call.isCancelled) this.#release(id);
  }

  #admitNotification(message: JsonObject, isAuthorised: boolean): GateDecision {
    // A notification concerns only what this very stream has asked for before.
    if (!isAuthorised && !this.#hasAuthorised) return { drop: "unauthorised notification" };
    if (message["method"] === "notifications/cancelled") this.#noteCancelled(message);
    return { deliver: message };
  }

  #noteCancelled(message: JsonObject): void {
    const id = (message["params"] as JsonObject | undefined)?.["requestId"];
    if (typeof id !== "string" && typeof id !== "number") return;
    const call = this.#calls.get(id);
    if (call !== undefined) call.isCancelled = true;
    // Only calls take time; whatever else it is has its answer on the way.
    if (call === undefined || call.hasEnded) this.#release(id);
  }

  #release(id: RequestId): void {
    this.#calls.delete(id);
    this.#options.release(id);
  }
}

interface Call {
  isCancelled: boolean;
  hasEnded: boolean;
}

function toRefusal(
  id: RequestId,
  { code, message }: { readonly code: string; readonly message: string },
): JsonObject {
  const error = { code: RpcErrorCode.unauthorized, message, data: { code } };
  return { jsonrpc: "2.0", id, error };
}
