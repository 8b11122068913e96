import type { JsonObject } from "../../../codec/mod.ts";
import type { CallerInput } from "../../caller_input.ts";
import { metaOf } from "../../protocol/is_modern_request.ts";
import type { ToolContext, ToolLogEntry, ToolProgress } from "../../tool.ts";
import { isWanted } from "./log_level.ts";
import { NewsSender } from "./news_sender.ts";
import type { RequestCall } from "./request_call.ts";

/** The news of a request: its sender is made when there are some. */
export class RequestNews {
  readonly #call: RequestCall;
  #sender: NewsSender | undefined;
  #isClosed = false;

  /** @param call The request. */
  constructor(call: RequestCall) {
    this.#call = call;
  }

  /** Send a notification. */
  push(method: string, params: JsonObject): void {
    if (this.#isClosed) return;
    this.#sender ??= new NewsSender((news) => this.#call.exchange.send(news));
    this.#sender.push({ jsonrpc: "2.0", method, params });
  }

  /** Take no more. @returns When all has been sent; `undefined` if nothing waits. */
  close(): Promise<void> | undefined {
    this.#isClosed = true;
    return this.#sender?.close();
  }
}

/** What {@linkcode createToolContext} needs besides the request. */
export interface ToolContextOptions {
  /** Asks the caller. */
  readonly input: CallerInput | undefined;
  /** Where progress and log messages go. */
  readonly news: RequestNews;
  /** Stops the tool. */
  readonly signal: AbortSignal;
}

/**
 * What a tool can use while it runs for a request.
 *
 * @param call The request.
 * @param options Where its news go.
 * @returns The context.
 */
export function createToolContext(call: RequestCall, options: ToolContextOptions): ToolContext {
  const { params, exchange, caller } = call;
  const { input, news, signal } = options;
  const token = metaOf(params)?.["progressToken"];
  const { logLevel } = caller;
  return {
    signal,
    principal: exchange.principal,
    input,
    reportProgress: typeof token === "string" || typeof token === "number"
      ? (progress) => news.push("notifications/progress", toParams(token, progress))
      : ignore,
    log: logLevel === undefined ? undefined : (entry) => {
      if (isWanted(entry.level, logLevel)) news.push("notifications/message", toLogParams(entry));
    },
    detach: exchange.detach && (() => exchange.detach?.()),
  };
}

function ignore(): void {}

function toParams(
  progressToken: string | number,
  { progress, total, message }: ToolProgress,
): JsonObject {
  return {
    progressToken,
    progress,
    ...(total !== undefined && { total }),
    ...(message !== undefined && { message }),
  };
}

function toLogParams({ level, logger, data }: ToolLogEntry): JsonObject {
  return { level, ...(logger !== undefined && { logger }), data };
}
