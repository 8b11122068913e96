import type { JsonObject } from "../../../codec/mod.ts";
import { abortable, type Clock } from "../../../concurrency/mod.ts";
import type { InputQuestion } from "../../caller_input.ts";
import type { JsonRpcResponse } from "../../protocol/message.ts";
import { CallerRefusedError } from "./errors.ts";
import type { Exchange } from "./mcp_service.ts";

/** People answer slowly. */
const ANSWER_TIMEOUT_MS = 10 * 60 * 1000;

/** Requests that a session sends to its client. */
export class OutgoingRequests {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  /** Unlike those of a session before a restart, whose answers may still come. */
  readonly #prefix = crypto.randomUUID();
  #sent = 0;

  /** @param clock Whose time the limit is in. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Ask the client, within another request.
   *
   * @param question What to ask.
   * @param exchange The request that it belongs to.
   * @param signal Takes the question back.
   * @returns The client's result.
   * @throws {CallerRefusedError} If the client answers with an error, or not in time.
   */
  async ask(
    question: InputQuestion,
    exchange: Exchange,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const id = `${this.#prefix}-${++this.#sent}`;
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    const { method } = question;
    this.#waiting.set(id, { method, resolve, reject });
    using _timer = this.#clock.setTimer(
      ANSWER_TIMEOUT_MS,
      () => reject(new CallerRefusedError(method, "the client did not answer in time")),
    );
    try {
      const sending = exchange.send({ jsonrpc: "2.0", id, method, params: toParams(question) });
      const [result] = await abortable(Promise.all([promise, sending]), signal);
      return result;
    } catch (error) {
      if (this.#waiting.has(id)) await this.#takeBack(id, exchange);
      throw error;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /**
   * Take an answer of the client.
   *
   * @param response The answer. Those to no question are ignored.
   */
  resolve(response: JsonRpcResponse): void {
    const waiting = typeof response.id === "string" ? this.#waiting.get(response.id) : undefined;
    if (waiting === undefined) return;
    this.#waiting.delete(String(response.id));
    if ("result" in response) return waiting.resolve(response.result);
    const reason = `the client answered with error ${response.error.code}`;
    waiting.reject(new CallerRefusedError(waiting.method, reason));
  }

  async #takeBack(requestId: string, exchange: Exchange): Promise<void> {
    if (exchange.signal.aborted) return;
    const params = { requestId, reason: "No longer needed" };
    await exchange.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  }
}

/** A question that has no answer yet. */
interface Waiting {
  readonly method: string;
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: CallerRefusedError) => void;
}

/** The legacy era wants an id for what the user does at some URL. */
function toParams({ method, params = {} }: InputQuestion): JsonObject {
  const isUrl = method === "elicitation/create" && params["mode"] === "url";
  if (!isUrl || params["elicitationId"] !== undefined) return params;
  return { ...params, elicitationId: crypto.randomUUID() };
}
