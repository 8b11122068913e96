import { CancelReason, DelayQueue } from "../../../concurrency/mod.ts";
import { isModernVersion } from "../../protocol/versions.ts";
import { isJsonType } from "./accepted_types.ts";
import { answerLegacy, type LegacyDeps } from "./answer_legacy.ts";
import { answerModern, type ModernDeps } from "./answer_modern.ts";
import type { McpFetchHandler, McpFetchOptions, McpFetchStatistics } from "./mcp_fetch_handler.ts";
import { createJsonBodyReader, type JsonBodyReader } from "./create_json_body_reader.ts";
import { HttpExchange, type HttpExchangeDeps } from "./http_exchange.ts";
import { letRunWhile } from "./let_run_while.ts";
import type { McpHttpDeps } from "./mcp_http.ts";
import { refuse, refuseAsStopping, refuseMethod, refuseUnknownRevision } from "./refuse.ts";
import { toPosted } from "./to_posted.ts";
import { toSessionRequest } from "./to_session_request.ts";

/** Decides by method, era and session who answers a request. */
export class McpHttpHandler implements McpFetchHandler {
  readonly #deps: McpHttpDeps;
  readonly #answering: ModernDeps & LegacyDeps;
  readonly #readBody: JsonBodyReader;
  readonly #running = new Set<HttpExchange>();
  readonly #over = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(deps: McpHttpDeps) {
    const { group, maxResultBytes, logger, clock, keepAliveMs } = deps;
    const exchangeDeps: HttpExchangeDeps = {
      group,
      running: this.#running,
      slowAnswers: new DelayQueue(deps.sseAfterMs, clock),
      maxResultBytes,
      stream: { keepAliveMs, clock },
      logger,
    };
    this.#deps = deps;
    this.#answering = {
      ...deps,
      openExchange: (options) => new HttpExchange(exchangeDeps, options),
    };
    const { signal } = this.#over;
    const onStopping = (): void => this.#over.abort();
    group.signal.addEventListener("abort", onStopping, { signal });
    if (group.signal.aborted) onStopping();
    this.#readBody = createJsonBodyReader({ ...deps, lingersUntil: signal });
  }

  async fetch(request: Request, options: McpFetchOptions = {}): Promise<Response> {
    try {
      if (this.#isOver) return refuseAsStopping();
      return request.method === "POST"
        ? await this.#post(request, options)
        : await this.#askSession(request, options);
    } catch (error) {
      if (this.#isOver) return refuseAsStopping();
      this.#deps.logger.error("MCP request failed unexpectedly", { error });
      return refuse(500, "Cannot answer request as the server failed unexpectedly");
    }
  }

  drain(): void {
    this.#deps.service.close();
    this.#deps.sessions?.drain();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  statistics(): McpFetchStatistics {
    const { sessions, streams } = this.#deps.sessions?.statistics() ?? { sessions: 0, streams: 0 };
    return Object.freeze({ running: this.#running.size, sessions, streams });
  }

  async #close(): Promise<void> {
    this.#over.abort();
    this.drain();
    // What is answered by that is not cancelled, and what has only just begun is known then.
    await letRunWhile(() => true);
    const running = [...this.#running];
    const reason = new CancelReason("shutdown", { scope: "mcp http handler" });
    for (const exchange of running) exchange.cancel(reason);
    await Promise.all([
      ...running.map((exchange) => exchange.ended),
      this.#deps.sessions?.[Symbol.asyncDispose](),
    ]);
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  async #post(request: Request, caller: McpFetchOptions): Promise<Response> {
    const { headers } = request;
    if (!isJsonType(headers.get("content-type"))) {
      return refuse(415, "Cannot read request as its body is not application/json");
    }
    const body = await this.#readBody(request);
    if (!body.ok) return refuse(body.status, body.message);
    if (this.#isOver) return refuseAsStopping();
    const posted = toPosted(body.value, headers);
    if (posted.era === "none") return posted.refusal;
    return posted.era === "modern"
      ? await answerModern(posted.message, { headers, caller }, this.#answering)
      : await answerLegacy(posted, { headers, caller }, this.#answering);
  }

  /** GET and DELETE are about sessions of the legacy era. */
  async #askSession({ method, headers }: Request, caller: McpFetchOptions): Promise<Response> {
    const { sessions } = this.#deps;
    const version = headers.get("mcp-protocol-version");
    const isAboutSession = (method === "GET" || method === "DELETE") &&
      headers.has("mcp-session-id") && !isModernVersion(version);
    if (sessions === undefined || !isAboutSession) return refuseMethod(method);
    return refuseUnknownRevision(version, null) ??
      await sessions.handle(toSessionRequest(method, { headers, caller }));
  }
}
