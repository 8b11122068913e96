import { CancelReason, type TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import type { Principal } from "../../principal.ts";
import { encodeAnswer } from "../../protocol/encode_answer.ts";
import type { JsonRpcMessage, JsonRpcRequest } from "../../protocol/message.ts";
import { serverStoppingError } from "../../protocol/server_stopping_error.ts";
import { toErrorAnswer } from "../../protocol/to_error_answer.ts";
import type { Exchange, McpService, McpSession } from "../engine/mcp_service.ts";
import type { EventStream, EventStreamOptions } from "./event_stream.ts";
import { openEventStream } from "./open_event_stream.ts";

/** Requests of one client that may wait for their answers. */
const MAX_IN_FLIGHT = 256;

/** What a {@linkcode SseConnection} is made of. */
export interface SseConnectionDeps {
  readonly group: TaskGroup;
  readonly service: McpService;
  readonly principal: Principal;
  readonly stream: Pick<EventStreamOptions, "keepAliveMs" | "clock">;
  readonly maxResultBytes: number;
  readonly logger: Logger;
}

/** How a {@linkcode SseConnection} is run. */
export interface RunSseOptions {
  /** Where the client shall post to. */
  readonly endpoint: string;
  /** The server stops. */
  readonly stopping: AbortSignal;
  /** The client has hung up before the response, or the server cannot wait. @default {undefined} */
  readonly signal?: AbortSignal | undefined;
}

/** One client over HTTP+SSE: its stream, and the session that lives as long as that. */
export class SseConnection {
  readonly principal: Principal;
  readonly #deps: SseConnectionDeps;
  readonly #controller = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #stream: EventStream;
  readonly #session: McpSession;
  readonly #exchange: Exchange;
  #waiting = 0;
  #isDraining = false;

  constructor(deps: SseConnectionDeps) {
    this.#deps = deps;
    this.principal = deps.principal;
    this.#stream = openEventStream(deps.stream);
    const send = (message: JsonRpcMessage): Promise<void> => this.#send(message);
    this.#session = deps.service.openSession({ send });
    this.#exchange = { principal: deps.principal, signal: this.#controller.signal, send };
  }

  /** What the client reads from. */
  get response(): Response {
    return this.#stream.response;
  }

  /** Resolves when the work of the session has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Serve the client until it hangs up.
   *
   * @param options Where it shall post to, and what else ends the session.
   */
  async run({ endpoint, stopping, signal }: RunSseOptions): Promise<void> {
    const signals = signal === undefined ? [stopping] : [stopping, signal];
    const onAbort = (): void => this.close();
    try {
      for (const signal of signals) {
        signal.addEventListener("abort", onAbort, { once: true });
        if (signal.aborted) onAbort();
      }
      await this.#stream.send({ event: "endpoint", data: endpoint });
      await this.#stream.ended;
    } finally {
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
      const detail = "the client's stream is over";
      this.#controller.abort(new CancelReason("explicit", { scope: "mcp session", detail }));
      await this.#session[Symbol.asyncDispose]();
      this.#ended.resolve();
    }
  }

  /**
   * Take a message from the client. A request is answered on the stream.
   *
   * @param message The message.
   * @returns Whether there was room for it.
   */
  take(message: JsonRpcMessage): boolean {
    if (!("method" in message)) {
      this.#session.resolve(message);
    } else if (!("id" in message)) {
      this.#session.notify(message);
    } else {
      if (this.#waiting >= MAX_IN_FLIGHT) return false;
      this.#waiting++;
      this.#deps.group.spawn("mcp sse request", () => this.#answer(message));
    }
    return true;
  }

  /** End the session as soon as nothing runs in it. */
  drain(): void {
    this.#isDraining = true;
    if (this.#waiting === 0) this.#stream.close();
  }

  /** Cancel what runs, which is told to the client, and end the session. */
  close(): void {
    this.#controller.abort(new CancelReason("shutdown", { scope: "mcp session" }));
    this.drain();
  }

  async #answer(request: JsonRpcRequest): Promise<void> {
    try {
      const answer = await this.#session.answer(request, this.#exchange);
      if (answer !== undefined) {
        await this.#stream.send({
          event: "message",
          data: encodeAnswer(answer, this.#deps.maxResultBytes),
        });
      } else if (this.#controller.signal.aborted) {
        await this.#send(toErrorAnswer(request.id, serverStoppingError()).message);
      }
    } catch (error) {
      this.#deps.logger.error("MCP request failed unexpectedly", { error });
    } finally {
      this.#waiting--;
      if (this.#isDraining) this.drain();
    }
  }

  #send(message: JsonRpcMessage): Promise<void> {
    return this.#stream.send({ event: "message", data: JSON.stringify(message) });
  }
}
