import type { JsonObject } from "../../../codec/mod.ts";
import { DelayQueue, type TaskGroup } from "../../../concurrency/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcRequest } from "../../protocol/message.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { serverStoppingError } from "../../protocol/server_stopping_error.ts";
import { toErrorAnswer } from "../../protocol/to_error_answer.ts";
import { shorten } from "../../shorten.ts";
import type { Exchange, McpAnswer } from "./mcp_service.ts";
import type { Method, QuickMethod, WorkMethod } from "./method.ts";
import { METHODS } from "./method_table.ts";
import type { Caller, RequestCall } from "./request_call.ts";
import { runWork, type WorkOutcome } from "./run_work.ts";
import type { ServerModel } from "./server_model.ts";
import { toProtocolError } from "./to_protocol_error.ts";

/** How a request is answered. */
export interface AnswerOptions {
  /** Who asks; throws what is wrong with the request if that cannot be told. */
  readonly readCaller: (request: JsonRpcRequest) => Caller;
  /** Owns the work. */
  readonly getGroup: () => TaskGroup | Promise<TaskGroup>;
  /** Told how the work can be cancelled, for as long as it runs. */
  readonly onStart?: ((cancel: () => void) => void) | undefined;
}

/** Answers requests: finds the method, runs it, and writes what came of it. */
export class Engine {
  readonly #server: ServerModel;
  readonly #deadlines: DelayQueue;

  /** @param server What is served. */
  constructor(server: ServerModel) {
    this.#server = server;
    this.#deadlines = new DelayQueue(server.callTimeoutMs, server.clock);
  }

  /**
   * Answer a request.
   *
   * @param request The request.
   * @param exchange What it came with.
   * @param options Who asks, and who owns the work.
   * @returns The answer; `undefined` if the request was cancelled. Never rejects.
   */
  async answer(
    request: JsonRpcRequest,
    exchange: Exchange,
    options: AnswerOptions,
  ): Promise<McpAnswer | undefined> {
    if (exchange.signal.aborted) return undefined;
    const server = this.#server;
    let era: Caller["era"] = "legacy";
    try {
      const caller = options.readCaller(request);
      era = caller.era;
      const method = this.#findMethod(request.method, caller);
      const call = { server, request, params: request.params ?? {}, exchange, caller };
      if ("answer" in method) return toAnswer(call, method, method.answer(call));
      const group = await options.getGroup();
      return await this.#work(call, method, { group, onStart: options.onStart });
    } catch (error) {
      const { logger } = server;
      const failure = toProtocolError(error, { method: request.method, era, logger });
      return toErrorAnswer(request.id, failure);
    }
  }

  #findMethod(name: string, caller: Caller): Method {
    const method = METHODS.get(name);
    const isThere = method !== undefined &&
      (method.eras === "both" || method.eras === caller.era) &&
      (!method.needsSession || caller.session !== undefined) &&
      (method.isServed?.(this.#server) ?? true);
    if (isThere) return method;
    throw new ProtocolError(
      McpErrorCode.methodNotFound,
      `Cannot take request as there is no such method here: "${shorten(name)}"`,
      { httpStatus: caller.era === "modern" ? 404 : 200, data: { code: "unknown_method" } },
    );
  }

  async #work(
    call: RequestCall,
    method: WorkMethod,
    owner: Pick<AnswerOptions, "onStart"> & { readonly group: TaskGroup },
  ): Promise<McpAnswer | undefined> {
    const outcome = await runWork((signal) => method.work(call, signal), {
      name: call.request.method,
      group: owner.group,
      callerGone: call.exchange.signal,
      deadlines: method.isEndless ? undefined : this.#deadlines,
      onStart: owner.onStart,
    });
    return toOutcomeAnswer(call, method, outcome);
  }
}

function toOutcomeAnswer(
  call: RequestCall,
  method: WorkMethod,
  outcome: WorkOutcome,
): McpAnswer | undefined {
  switch (outcome.kind) {
    case "done":
      return toAnswer(call, method, outcome.result);
    case "cancelled":
      return undefined;
    case "stopped":
      throw serverStoppingError();
    case "failed":
      throw outcome.error;
    case "timed_out": {
      const result = method.toTimeoutResult?.(call, outcome.reason);
      if (result === undefined) throw outcome.reason;
      return toAnswer(call, method, result);
    }
  }
}

/** The modern era wants to know what kind of result it is, who made it, and how long it stays true. */
function toAnswer(
  { caller, request, server }: RequestCall,
  method: QuickMethod | WorkMethod,
  result: JsonObject,
): McpAnswer {
  if (caller.era === "legacy") {
    return { message: { jsonrpc: "2.0", id: request.id, result }, httpStatus: 200 };
  }
  const { _meta: meta } = result;
  const isComplete = result["resultType"] === undefined;
  const finished = {
    resultType: "complete",
    ...result,
    ...(isComplete ? method.cache : undefined),
    _meta: meta === undefined ? server.resultMeta : { ...server.resultMeta, ...meta as JsonObject },
  };
  return { message: { jsonrpc: "2.0", id: request.id, result: finished }, httpStatus: 200 };
}
