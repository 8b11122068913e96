import type { JsonObject } from "../../codec/mod.ts";
import { type ErrorAnswer, type RequestId, toErrorAnswer, toResultAnswer } from "../messages.ts";
import { RpcMethod } from "../protocol.ts";

/** How answers to one request are written. */
export interface ReplyFormat {
  result(result: JsonObject): JsonObject;
  error(error: ErrorAnswer): JsonObject;
  event(event: JsonObject): JsonObject;
}

/** Answers to a JSON-RPC request. */
export class JsonRpcFormat implements ReplyFormat {
  readonly #id: RequestId;

  constructor(id: RequestId) {
    this.#id = id;
  }

  result(result: JsonObject): JsonObject {
    return toResultAnswer(this.#id, result);
  }

  error(error: ErrorAnswer): JsonObject {
    return toErrorAnswer(this.#id, error);
  }

  event(event: JsonObject): JsonObject {
    return { jsonrpc: "2.0", method: RpcMethod.event, params: { id: this.#id, event } };
  }
}

/** What an answer in an envelope takes over from its request. */
export interface EnvelopeFormatOptions {
  readonly id: RequestId | null;
  readonly method: string;
  /** This node. */
  readonly sender: string;
  /** Wall-clock time. */
  readonly now: () => number;
}

/** Answers to a request in a P2PMessage envelope, as one peer implementation has it. */
export class EnvelopeFormat implements ReplyFormat {
  readonly #options: EnvelopeFormatOptions;

  constructor(options: EnvelopeFormatOptions) {
    this.#options = options;
  }

  result(result: JsonObject): JsonObject {
    return this.#wrap("response", { result });
  }

  error({ code }: ErrorAnswer): JsonObject {
    return this.#wrap("response", { error: code });
  }

  event(event: JsonObject): JsonObject {
    return this.#wrap("event", { params: { event } });
  }

  #wrap(type: string, members: JsonObject): JsonObject {
    const { id, method, sender, now } = this.#options;
    return { type, id, method, ...members, sender, timestamp: now() / 1_000 };
  }
}
