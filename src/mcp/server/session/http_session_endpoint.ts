import {
  CancelReason,
  type Clock,
  DelayQueue,
  runTaskGroup,
  type TaskGroup,
} from "../../../concurrency/mod.ts";
import { AppError } from "../../../error/mod.ts";
import type { SessionStore } from "../../../store/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcMessage, JsonRpcRequest } from "../../protocol/message.ts";
import type { McpService } from "../engine/mcp_service.ts";
import { accept, refuse, refuseAsStopping } from "../http/refuse.ts";
import { listen } from "./listen.ts";
import { Listeners } from "./listeners.ts";
import { openSession, type OpenSessionDeps } from "./open_session.ts";
import { PostReply, type PostReplyDeps } from "./post_reply.ts";
import { refuseSession } from "./refuse_session.ts";
import type { SessionEndpoint, SessionRequest, SessionStatistics } from "./session_endpoint.ts";
import { isSessionId } from "./session_id.ts";
import type { SessionLimits } from "./session_options.ts";
import type { SessionUse } from "./session_slot.ts";
import { SessionTable } from "./session_table.ts";

/** The options of an endpoint with all defaults filled in. */
export interface HttpSessionEndpointOptions {
  readonly group: TaskGroup;
  readonly service: McpService;
  readonly store: SessionStore | undefined;
  readonly limits: SessionLimits;
  readonly sseAfterMs: number;
  readonly keepAliveMs: number | undefined;
  readonly retryMs: number;
  readonly maxResultBytes: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What stands on the store. */
interface SessionParts {
  readonly table: SessionTable;
  readonly opening: OpenSessionDeps;
}

/** Looking for sessions that were unused for too long happens no less often than this. */
const MAX_SWEEP_INTERVAL_MS = 15_000;

/** Finds the session of each request and gives the request to it. */
export class HttpSessionEndpoint implements SessionEndpoint {
  readonly #options: HttpSessionEndpointOptions;
  readonly #listeners: Listeners;
  readonly #replying: PostReplyDeps;
  #parts: SessionParts | undefined;
  #loading: Promise<SessionParts> | undefined;
  #stopSweeping: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: HttpSessionEndpointOptions) {
    const { group, store, sseAfterMs, clock, maxResultBytes } = options;
    this.#options = options;
    this.#listeners = new Listeners(options);
    const slowAnswers = new DelayQueue(sseAfterMs, clock);
    this.#replying = { group, slowAnswers, listeners: this.#listeners, maxResultBytes };
    if (store !== undefined) this.#parts = this.#assemble(store);
  }

  async handle(request: SessionRequest): Promise<Response> {
    const parts = this.#parts ?? await (this.#loading ??= this.#loadParts());
    if (this.#isOver) return refuseAsStopping();
    try {
      const initialize = request.messages.find(isInitialize);
      return initialize === undefined
        ? await this.#handleInSession(request, parts.table)
        : await openSession(initialize, request, parts.opening);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#options.logger.warn("Session could not be taken up", { error });
      const headers = { "retry-after": "1" };
      return refuse(503, "Cannot take up session as its store fails", { headers });
    }
  }

  drain(): void {
    this.#listeners.drain();
  }

  statistics(): SessionStatistics {
    return { sessions: this.#parts?.table.loaded ?? 0, streams: this.#listeners.count };
  }

  /**
   * Look after the sessions until the signal aborts or the endpoint is disposed.
   *
   * @param signal Ends it; the sessions are put aside.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await runTaskGroup((group, signal) => {
        this.#stopSweeping = () => group.cancel("the endpoint is closed");
        if (this.#isOver) this.#stopSweeping();
        return this.#sweepUntil(signal);
      }, { name: "mcp sessions", signal });
    } catch (error) {
      // The disposal is no failure, also if the signal aborts right after it.
      if (this.#closing === undefined || !(error instanceof CancelReason)) throw error;
    } finally {
      await this[Symbol.asyncDispose]();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    this.#stopSweeping?.();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const parts = this.#parts ?? await this.#loading;
    await parts?.table.close();
  }

  /** Most servers have a store of their own, and need none in memory. */
  async #loadParts(): Promise<SessionParts> {
    const { createMemorySessionStore } = await import("../../../store/memory/mod.ts");
    this.#parts = this.#assemble(createMemorySessionStore());
    return this.#parts;
  }

  #assemble(store: SessionStore): SessionParts {
    const { group, service, limits, logger, clock, maxResultBytes } = this.#options;
    const { maxEvents, maxEventBytes, maxTotalEventBytes, maxStateBytes } = limits;
    const bounds = { maxEvents, maxBytes: maxEventBytes, maxTotalBytes: maxTotalEventBytes };
    const session = { service, store, bounds, logger, clock };
    const table = new SessionTable({ group, store, limits, session, logger, clock });
    return { table, opening: { table, session, maxStateBytes, maxResultBytes } };
  }

  get #isOver(): boolean {
    return this.#closing !== undefined || this.#options.group.signal.aborted;
  }

  async #sweepUntil(signal: AbortSignal): Promise<void> {
    const { clock, limits: { idleTtlMs, unloadAfterMs } } = this.#options;
    const intervalMs = Math.min(MAX_SWEEP_INTERVAL_MS, idleTtlMs / 4, unloadAfterMs / 4);
    for (;;) {
      await clock.sleep(intervalMs, { signal });
      await this.#parts?.table.sweep();
    }
  }

  async #handleInSession(request: SessionRequest, table: SessionTable): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (!isSessionId(id)) {
      const code = McpErrorCode.invalidRequest;
      return refuse(400, "Cannot take request as it names no session", { code });
    }
    using use = await table.use(id, request.principal.id);
    if (this.#isOver) return refuseAsStopping();
    if (use === undefined) return refuseSession();
    switch (request.method) {
      case "POST":
        return await this.#post(request, use);
      case "GET":
        return await listen(request, use, this.#listeners);
      case "DELETE":
        await table.end(id, "the client has ended it");
        return new Response(null, { status: 204 });
    }
  }

  async #post(request: SessionRequest, use: SessionUse): Promise<Response> {
    const { engine } = use.session;
    const requests: JsonRpcRequest[] = [];
    for (const message of request.messages) {
      if (!("method" in message)) engine.resolve(message);
      else if ("id" in message) requests.push(message);
      else engine.notify(message);
    }
    if (requests.length === 0) return accept();
    if (engine.inFlight + requests.length > this.#options.limits.maxInFlight) {
      const headers = { "retry-after": "1" };
      return refuse(429, "Cannot take request as too many run in its session", { headers });
    }
    return await new PostReply(this.#replying, { use, request, requests }).run();
  }
}

function isInitialize(message: JsonRpcMessage): message is JsonRpcRequest {
  return "method" in message && "id" in message && message.method === "initialize";
}
