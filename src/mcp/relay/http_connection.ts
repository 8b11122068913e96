import { isJsonObject, type JsonObject } from "../../codec/mod.ts";
import { type Clock, moveOnAfter, type TaskGroup } from "../../concurrency/mod.ts";
import { AppError, toErrorMessage } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import {
  ConnectionLostError,
  NotMcpServerError,
  ServerUnauthorizedError,
  ServerUnreachableError,
  SessionLostError,
} from "../client/errors.ts";
import type { RequestId } from "../protocol/message.ts";
import { toErrorResponse } from "./error_response.ts";
import { EventFollower } from "./event_follower.ts";
import type { FarConnection, FarHandlers } from "./far_side.ts";
import { HttpRequests, type HttpRequestsOptions } from "./http_requests.ts";
import { mediaTypeOf, readJsonAnswer } from "./read_answer.ts";

/** What a {@linkcode HttpConnection} needs. */
export interface HttpConnectionOptions extends HttpRequestsOptions {
  readonly handlers: FarHandlers;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A notification that is not taken within this time is not waited for. */
const NOTIFY_TIMEOUT_MS = 30_000;
/** How long ending the server's session may take. */
const GOODBYE_TIMEOUT_MS = 2_000;
/** How often in vain the stream of an answer is taken up again. */
const MAX_RESUMPTIONS = 6;

/** How Deno words it when there never was a connection. */
const CONNECT_FAILURE = /\(Connect\)|dns error|are blocked/;

/** A request under way. */
interface Exchange {
  readonly isModern: boolean;
  readonly controller: AbortController;
}

/** Carries messages to a server over HTTP, one request for each. */
export class HttpConnection implements FarConnection {
  readonly #group: TaskGroup;
  readonly #options: HttpConnectionOptions;
  readonly #requests: HttpRequests;
  readonly #events: EventFollower;
  readonly #exchanges = new Map<RequestId, Exchange>();
  readonly #stop = new AbortController();
  /** Ends the stream of what belongs to no request. */
  #news = new AbortController();

  /** @param group Owns what is under way. */
  constructor(group: TaskGroup, options: HttpConnectionOptions) {
    this.#group = group;
    this.#options = options;
    this.#requests = new HttpRequests(options);
    this.#events = new EventFollower({ ...options, requests: this.#requests });
  }

  async send(message: JsonObject): Promise<void> {
    if (!("id" in message) || !("method" in message)) return await this.#notify(message);
    const done = Promise.withResolvers<void>();
    this.#group.spawn("request to the server", async (signal) => {
      try {
        await this.#exchange(message, signal);
      } finally {
        done.resolve();
      }
    });
    // What follows belongs to the session that this begins.
    if (message["method"] === "initialize") await done.promise;
  }

  async close(): Promise<void> {
    const { clock, logger } = this.#options;
    this.#stop.abort();
    this.#news.abort();
    if (this.#requests.sessionId === undefined) return;
    try {
      const endSession = (signal: AbortSignal): Promise<void> => this.#requests.endSession(signal);
      await moveOnAfter(GOODBYE_TIMEOUT_MS, endSession, { clock });
    } catch (error) {
      // The server forgets the session by itself, later.
      logger.debug("Session of relay not ended", { problem: toErrorMessage(error) });
    }
  }

  /** Sends what has no answer, and waits until it is taken: order matters here. */
  async #notify(message: JsonObject): Promise<void> {
    const { method, params } = message;
    const cancelledId = method === "notifications/cancelled"
      ? (params as JsonObject | undefined)?.["requestId"] as RequestId
      : undefined;
    const cancelled = cancelledId === undefined ? undefined : this.#exchanges.get(cancelledId);
    // In the modern era hanging up is how a request is cancelled.
    if (!cancelled?.isModern) await this.#postNotification(message);
    cancelled?.controller.abort();
    if (method !== "notifications/initialized") return;
    const news = AbortSignal.any([this.#news.signal, this.#group.signal]);
    this.#group.spawn("news of the server", () => this.#listen(news));
  }

  async #postNotification(message: JsonObject): Promise<void> {
    const { clock, logger, name } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, this.#group.signal]);
    try {
      await moveOnAfter(NOTIFY_TIMEOUT_MS, async (limited) => {
        const { ok, status, body } = await this.#requests.post(message, limited);
        await body?.cancel();
        if (!ok) throw new NotMcpServerError(name, `it answered with HTTP status ${status}`);
      }, { clock, signal });
    } catch (error) {
      logger.debug("Notification not relayed", { problem: toErrorMessage(error) });
      if (error instanceof SessionLostError) await this.#loseSession();
    }
  }

  async #exchange(request: JsonObject, stopping: AbortSignal): Promise<void> {
    const id = request["id"] as RequestId;
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, stopping, this.#stop.signal]);
    const isModern = "mcp-method" in this.#requests.mirrored.of(request);
    this.#exchanges.set(id, { isModern, controller });
    try {
      const response = await this.#postRequest(request, signal);
      if (response !== undefined) await this.#takeAnswer(request, response, signal);
    } catch (error) {
      if (signal.aborted) return;
      await this.#options.handlers.onMessage(toErrorResponse(id, this.#toAppError(error)));
    } finally {
      this.#exchanges.delete(id);
    }
  }

  /** Resolves to nothing if the session is gone: the server has done nothing then. */
  async #postRequest(request: JsonObject, signal: AbortSignal): Promise<Response | undefined> {
    try {
      return await this.#requests.post(request, signal);
    } catch (error) {
      if (!(error instanceof SessionLostError)) throw error;
      await this.#loseSession();
      await this.#options.handlers.onUnsent(request);
      return undefined;
    }
  }

  async #takeAnswer(request: JsonObject, response: Response, signal: AbortSignal): Promise<void> {
    const { name } = this.#options;
    const { ok, status } = response;
    if (ok && request["method"] === "initialize") this.#beginSession(response);
    const type = mediaTypeOf(response);
    if (ok && type === "text/event-stream") {
      for await (const message of this.#events.follow(response, { ...RESUMING, signal })) {
        if (await this.#deliver(message, request)) return;
      }
      throw new ConnectionLostError(name);
    }
    const messages = type === "application/json" ? await readJsonAnswer(response, name) : [];
    let isAnswered = false;
    for (const message of messages) {
      // An error that names no request is about the only one there was.
      const isNameless = "error" in message && (message["id"] ?? null) === null;
      const id = request["id"] ?? null;
      const isDelivered = await this.#deliver(isNameless ? { ...message, id } : message, request);
      isAnswered ||= isDelivered;
    }
    if (isAnswered) return;
    if (!response.bodyUsed) await response.body?.cancel();
    if (status === 401 || status === 403) throw new ServerUnauthorizedError(name);
    const reason = ok ? "its answer is not MCP" : `it answered with HTTP status ${status}`;
    throw new NotMcpServerError(name, reason);
  }

  /** Reads what belongs to no request, for as long as there is a session. */
  async #listen(signal: AbortSignal): Promise<void> {
    try {
      for await (const message of this.#events.follow(undefined, { ...LISTENING, signal })) {
        await this.#options.handlers.onMessage(message);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#options.logger.debug("Server has no news", { problem: toErrorMessage(error) });
      if (error instanceof SessionLostError) await this.#loseSession();
    }
  }

  /** Resolves to whether it was the answer to the request. */
  async #deliver(message: JsonObject, request: JsonObject): Promise<boolean> {
    const isAnswer = !("method" in message) && message["id"] === request["id"];
    const { result } = message;
    if (isAnswer && result !== undefined && isJsonObject(result)) {
      const version = result["protocolVersion"];
      const isInitialize = request["method"] === "initialize" && typeof version === "string";
      if (isInitialize) this.#requests.version = version;
      if (request["method"] === "tools/list") this.#requests.mirrored.noteTools(result);
    }
    await this.#options.handlers.onMessage(message);
    return isAnswer;
  }

  #beginSession(response: Response): void {
    this.#requests.sessionId = response.headers.get("mcp-session-id") ?? undefined;
    this.#news.abort();
    this.#news = new AbortController();
  }

  /** What is under way goes on as far as it can; what comes next needs another session. */
  async #loseSession(): Promise<void> {
    this.#requests.sessionId = undefined;
    this.#news.abort();
    await this.#options.handlers.onEnd();
  }

  /** `fetch` throws a `TypeError` for everything that is not an answer. */
  #toAppError(error: unknown): unknown {
    if (error instanceof AppError || !(error instanceof TypeError)) return error;
    const { name } = this.#options;
    return CONNECT_FAILURE.test(`${error.message} ${toErrorMessage(error.cause)}`)
      ? new ServerUnreachableError(name, error)
      : new ConnectionLostError(name, error);
  }
}

const RESUMING = { maxFailures: MAX_RESUMPTIONS };
const LISTENING = { maxFailures: Infinity };
