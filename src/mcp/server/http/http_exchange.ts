import {
  abortable,
  CancelReason,
  type DelayQueue,
  type TaskGroup,
} from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { ANONYMOUS, type Principal } from "../../principal.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcMessage, RequestId } from "../../protocol/message.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { serverStoppingError } from "../../protocol/server_stopping_error.ts";
import { toErrorAnswer } from "../../protocol/to_error_answer.ts";
import type { Exchange } from "../engine/mcp_service.ts";
import type { AcceptedTypes } from "./accepted_types.ts";
import type { EventStream, EventStreamOptions } from "./event_stream.ts";
import type { McpFetchOptions } from "./mcp_fetch_handler.ts";
import { letRunWhile } from "./let_run_while.ts";
import { openEventStream } from "./open_event_stream.ts";
import { CLIENT_GONE, refuse, refuseAsStopping } from "./refuse.ts";
import { type Answered, toJsonResponse, toJsonTexts } from "./to_json_response.ts";

/** What all exchanges of a handler share. */
export interface HttpExchangeDeps {
  /** Owns what goes on after the response has begun. */
  readonly group: TaskGroup;
  /** Exchanges that last, so that they can be stopped. */
  readonly running: Set<HttpExchange>;
  /** Its delay is how long an answer may take before a stream is begun. */
  readonly slowAnswers: DelayQueue;
  readonly maxResultBytes: number;
  readonly stream: Pick<EventStreamOptions, "keepAliveMs" | "clock">;
  readonly logger: Logger;
}

/** One HTTP request with something to answer. */
export interface HttpExchangeOptions {
  /**
   * Who asks. The signal is looked at only if the answer is not there at once, as watching a connection
   * costs as much as answering.
   */
  readonly caller: McpFetchOptions;
  /** What the client can take. */
  readonly accepted: AcceptedTypes;
  /** The request that is to be answered, or those of a batch. */
  readonly id: RequestId | readonly RequestId[];
}

/** Does what is to be answered. Never rejects, if all goes well. */
export type HttpWork = (exchange: Exchange) => Promise<Answered | undefined>;

/**
 * What happens between an HTTP request and its response: a JSON text if the answer is there soon and
 * nothing comes before it, else a stream of events. Who hangs up cancels.
 */
export class HttpExchange implements Exchange {
  readonly principal: Principal;
  readonly #deps: HttpExchangeDeps;
  readonly #options: HttpExchangeOptions;
  readonly #controller = new AbortController();
  readonly #opened = Promise.withResolvers<void>();
  #stream: EventStream | undefined;
  #answered: Answered | undefined;
  #isDone = false;
  #ended: Promise<void> | undefined;

  constructor(deps: HttpExchangeDeps, options: HttpExchangeOptions) {
    this.#deps = deps;
    this.#options = options;
    this.principal = options.caller.principal ?? ANONYMOUS;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Resolves when the work has ended. */
  get ended(): Promise<void> | undefined {
    return this.#ended;
  }

  async send(message: JsonRpcMessage): Promise<void> {
    if (!this.#mayStream || this.#isDone || this.signal.aborted) return;
    const sent = this.#open().send({ data: JSON.stringify(message) });
    // When it is cancelled, whoever sends shall not wait for a reader that does not read.
    await abortable(sent, this.signal).catch(() => {});
  }

  /**
   * Cancel the work. A client that is still there is told that the server stops.
   *
   * @param reason Why.
   */
  cancel(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * Do the work.
   *
   * @param work What is to be answered.
   * @returns The response, at the latest when the work has ended.
   */
  async run(work: HttpWork): Promise<Response> {
    const done = this.#follow(work);
    this.#ended = done;
    await letRunWhile(() => !this.#isDone && this.#stream === undefined);
    if (!this.#isDone) await this.#waitForResponse(done);
    if (this.#stream === undefined && !this.#mustStream) return this.#toResponse();
    const { response } = this.#open();
    this.#deps.group.spawn("mcp event stream", (stopping) => this.#finish(done, stopping));
    return response;
  }

  get #mayStream(): boolean {
    const { accepted } = this.#options;
    return accepted === "both" || accepted === "stream";
  }

  /** A client that has asked for nothing but a stream gets one, but a refusal keeps its status. */
  get #mustStream(): boolean {
    if (this.#options.accepted !== "stream" || this.#answered === undefined) return false;
    return !("httpStatus" in this.#answered) || this.#answered.httpStatus === 200;
  }

  async #follow(work: HttpWork): Promise<void> {
    try {
      this.#answered = await work(this);
    } catch (error) {
      this.#deps.logger.error("MCP request failed unexpectedly", { error });
      this.#answered = this.#fail(
        new ProtocolError(McpErrorCode.internalError, "Cannot answer as the server has failed", {
          data: { code: "internal_error" },
          httpStatus: 500,
        }),
      );
    } finally {
      this.#isDone = true;
    }
  }

  /** Until the work is done or has begun a stream; what watches it meanwhile, watches to its end. */
  async #waitForResponse(done: Promise<void>): Promise<void> {
    const { running, slowAnswers } = this.#deps;
    const { signal } = this.#options.caller;
    const onAbort = (): void => this.cancel(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    running.add(this);
    const takeBack = this.#mayStream ? slowAnswers.add(() => this.#open()) : undefined;
    const ended = done.then(() => {
      signal?.removeEventListener("abort", onAbort);
      running.delete(this);
    });
    await Promise.race([ended, this.#opened.promise]);
    takeBack?.();
  }

  #open(): EventStream {
    if (this.#stream === undefined) {
      const detail = "the client has hung up";
      this.#stream = openEventStream({
        ...this.#deps.stream,
        onHangUp: () => this.cancel(new CancelReason("explicit", { scope: "mcp request", detail })),
      });
      this.#opened.resolve();
    }
    return this.#stream;
  }

  #toResponse(): Response {
    if (this.#answered !== undefined) {
      return toJsonResponse(this.#answered, this.#deps.maxResultBytes);
    }
    if (this.#isStopping || this.#deps.group.signal.aborted) return refuseAsStopping();
    return this.signal.aborted
      ? new Response(null, { status: CLIENT_GONE })
      : refuse(500, "Cannot answer request as the server failed unexpectedly");
  }

  /** Sends the answer when it is there. */
  async #finish(done: Promise<void>, stopping: AbortSignal): Promise<void> {
    const stream = this.#open();
    const onStopping = (): void => this.cancel(stopping.reason);
    stopping.addEventListener("abort", onStopping, { once: true });
    if (stopping.aborted) onStopping();
    try {
      await done;
      const answered = this.#answered ?? this.#fail(serverStoppingError());
      for (const data of toJsonTexts(answered, this.#deps.maxResultBytes)) {
        const sent = stream.send({ data });
        // A server that stops waits for no reader; what was sent goes out all the same.
        if (!stopping.aborted) await abortable(sent, stopping);
      }
    } finally {
      stopping.removeEventListener("abort", onStopping);
      stream.close();
    }
  }

  get #isStopping(): boolean {
    const { reason } = this.signal;
    return reason instanceof CancelReason && reason.source === "shutdown";
  }

  #fail(error: ProtocolError): Answered {
    const { id } = this.#options;
    return typeof id === "object"
      ? id.map((each) => toErrorAnswer(each, error))
      : toErrorAnswer(id, error);
  }
}
