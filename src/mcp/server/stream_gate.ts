import type { JsonObject, JsonValue } from "../../codec/mod.ts";
import { FrameTooLargeError } from "../../codec/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Authorizer } from "../../network/mod.ts";
import { StreamErrorCode } from "../stream/protocol.ts";
import { takeToken } from "../stream/token.ts";

/** What a {@linkcode StreamGate} decides by. */
export interface StreamGateOptions {
  /** Who is at the other end, proven by the handshake. */
  readonly peerId: string;
  /** Who may call. */
  readonly authorizer: Authorizer;
  /** How many requests may wait for an answer at once. */
  readonly maxInFlight: number;
}

/** What to do with a message: hand it on, answer it here, or forget it. */
export type GateDecision =
  | { readonly deliver: JsonObject }
  | { readonly answer: JsonObject }
  | { readonly drop: string };

/**
 * Stands between one peer's stream and the protocol: nothing unauthorised, malformed or in excess
 * gets past it. Pure: it decides, others send.
 */
export class StreamGate {
  readonly #options: StreamGateOptions;
  readonly #inFlight = new Map<JsonValue, InFlight>();
  #hasAuthorised = false;
  #drained = Promise.withResolvers<void>();

  constructor(options: StreamGateOptions) {
    this.#options = options;
    this.#drained.resolve();
  }

  /** How many requests wait for an answer. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Resolves when every request that got past has its answer, or will never have one. */
  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  /**
   * Decide about a message from the peer.
   *
   * @param incoming The message as it came.
   * @returns What to do with it.
   */
  admit(incoming: JsonObject): GateDecision {
    const { token, message } = takeToken(incoming);
    const { id, method } = message;
    if (message["jsonrpc"] !== "2.0") return invalid(null, "it is not JSON-RPC 2.0");
    // This server asks its clients nothing, so nothing it is told can be an answer.
    if (method === undefined) return { drop: "answer to nothing" };
    if (typeof method !== "string") return invalid(null, "its method is not a text");
    if (id !== undefined && !isRequestId(id)) {
      return invalid(null, "its id is not a text or integer");
    }

    const { peerId, authorizer } = this.#options;
    const decision = authorizer.authorize({ peerId, token });
    if (id === undefined) return this.#admitNotification(message, decision.ok);
    if (!decision.ok) {
      return refuse(id, StreamErrorCode.unauthorized, decision);
    }
    this.#hasAuthorised = true;
    return this.#admitRequest(message, { id, method });
  }

  /**
   * Take note of a message that goes to the peer.
   *
   * @param message The message.
   */
  noteSent(message: JsonObject): void {
    if (!("method" in message)) this.#release(message["id"] ?? null);
  }

  /**
   * Take note that a tool has ended. A cancelled call is never answered, so this is its end.
   *
   * @param id The call's request id.
   */
  noteCallEnded(id: string | number): void {
    const request = this.#inFlight.get(id);
    if (request === undefined) return;
    request.hasEnded = true;
    if (request.isCancelled) this.#release(id);
  }

  #admitNotification(message: JsonObject, isAuthorised: boolean): GateDecision {
    // A notification concerns only what this very stream has asked for before.
    if (!isAuthorised && !this.#hasAuthorised) return { drop: "unauthorised notification" };
    if (message["method"] === "notifications/cancelled") this.#noteCancelled(message);
    return { deliver: message };
  }

  #admitRequest(
    message: JsonObject,
    request: { id: string | number; method: string },
  ): GateDecision {
    const { id, method } = request;
    // A subscription stays without an answer as long as its stream lives.
    if (method === "subscriptions/listen") return { deliver: message };
    if (this.#inFlight.has(id)) return invalid(id, "a request with its id waits for an answer");
    if (this.#inFlight.size >= this.#options.maxInFlight) {
      return refuse(id, StreamErrorCode.tooManyRequests, {
        code: "too_many_requests",
        message: `Cannot take request as ${this.#inFlight.size} wait for an answer already`,
      });
    }
    if (this.#inFlight.size === 0) this.#drained = Promise.withResolvers();
    this.#inFlight.set(id, {
      isCall: method === "tools/call",
      isCancelled: false,
      hasEnded: false,
    });
    return { deliver: message };
  }

  #noteCancelled(message: JsonObject): void {
    const id = (message["params"] as JsonObject | undefined)?.["requestId"] ?? null;
    const request = this.#inFlight.get(id);
    if (request === undefined) return;
    request.isCancelled = true;
    // Only calls take time; whatever else it is has its answer on the way.
    if (request.hasEnded || !request.isCall) this.#release(id);
  }

  #release(id: JsonValue): void {
    if (this.#inFlight.delete(id) && this.#inFlight.size === 0) this.#drained.resolve();
  }
}

interface InFlight {
  readonly isCall: boolean;
  isCancelled: boolean;
  hasEnded: boolean;
}

/**
 * The last word to a peer whose bytes cannot be read.
 *
 * @param error What the reader threw.
 * @returns The JSON-RPC error, or `undefined` if the stream itself is broken.
 */
export function toUnreadableAnswer(error: unknown): JsonObject | undefined {
  if (!(error instanceof AppError)) return undefined;
  const { code } = error;
  if (!UNREADABLE.has(code)) return undefined;
  const rpcCode = error instanceof FrameTooLargeError ? INVALID_REQUEST : PARSE_ERROR;
  return toAnswer(null, { rpcCode, code, message: toErrorMessage(error) });
}

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const UNREADABLE: ReadonlySet<string> = new Set([
  "frame_too_large",
  "invalid_json",
  "invalid_utf8",
  "malformed_message",
]);

function isRequestId(id: JsonValue): id is string | number {
  return typeof id === "string" || Number.isSafeInteger(id);
}

function invalid(id: string | number | null, reason: string): GateDecision {
  const message = `Cannot take message as ${reason}`;
  return { answer: toAnswer(id, { rpcCode: INVALID_REQUEST, code: "invalid_request", message }) };
}

function refuse(
  id: string | number,
  rpcCode: number,
  refusal: { readonly code: string; readonly message: string },
): GateDecision {
  return { answer: toAnswer(id, { rpcCode, ...refusal }) };
}

function toAnswer(
  id: string | number | null,
  error: { readonly rpcCode: number; readonly code: string; readonly message: string },
): JsonObject {
  const { rpcCode, code, message } = error;
  return { jsonrpc: "2.0", id, error: { code: rpcCode, message, data: { code } } };
}
