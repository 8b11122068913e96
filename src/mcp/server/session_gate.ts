import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import type { Authorization, Authorizer } from "../../network/mod.ts";
import { type RequestId, RpcErrorCode } from "../../rpc/mod.ts";
import { takeToken } from "../stream/token.ts";
import type { ChannelGate, GateDecision } from "./channel/channel_gate.ts";

/** What a {@linkcode SessionGate} decides by, and whom it tells. */
export interface SessionGateOptions {
  /** Who is at the other end, proven by the handshake. */
  readonly peerId: string;
  /** Who may call. */
  readonly authorizer: Authorizer;
  /** Told about requests whose place on the stream is free although they have no answer yet. */
  readonly release: (id: RequestId) => void;
  /** Given requests that another use of the stream is to answer. */
  readonly decline: (message: JsonObject) => void;
}

/** Stands between one peer's stream and the protocol: nothing unauthorised gets past it. */
export class SessionGate implements ChannelGate {
  readonly #options: SessionGateOptions;
  #hasAuthorised = false;

  constructor(options: SessionGateOptions) {
    this.#options = options;
  }

  admit(incoming: JsonObject): GateDecision {
    const { token, hasToken, message } = takeToken(incoming);
    const { id, method } = message;
    const { release, decline } = this.#options;
    const decision = this.#authorize(method, token);
    if (method === undefined || (typeof id !== "string" && typeof id !== "number")) {
      // Notifications and answers concern only what this very stream has asked for before.
      const isAdmitted = decision.ok || this.#hasAuthorised;
      return isAdmitted ? { deliver: message } : { drop: "unauthorised notification" };
    }
    if (!decision.ok) {
      // Whoever shows no token may know another use of the stream, which begins the same way.
      if (method !== "initialize" || hasToken) return { answer: toRefusal(id, decision) };
      decline(message);
      return { drop: "left to other uses of the stream" };
    }
    this.#hasAuthorised = true;
    // A subscription has no answer as long as its stream lives, so the stream's end cannot wait for it.
    if (method === "subscriptions/listen") release(id);
    return { deliver: message };
  }

  #authorize(method: JsonValue | undefined, token: unknown): Authorization {
    const { peerId, authorizer } = this.#options;
    const decision = authorizer.authorize({ peerId, token, role: "tools", subject: "mcp" });
    const isEnough = typeof method !== "string" || !SHOWS_TASKS.test(method);
    if (!decision.ok || isEnough) return decision;
    return authorizer.authorize({ peerId, token, role: "submit", subject: `mcp ${method}` });
  }
}

/** Shows tasks to whoever may look at tasks, whichever tools are offered. */
const SHOWS_TASKS = /^(?:resources\/.*|prompts\/get|completion\/complete)$/;

function toRefusal(
  id: RequestId,
  { code, message }: { readonly code: string; readonly message: string },
): JsonObject {
  const error = { code: RpcErrorCode.unauthorized, message, data: { code } };
  return { jsonrpc: "2.0", id, error };
}
