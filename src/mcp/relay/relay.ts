import type { JsonObject } from "../../codec/mod.ts";
import { abortable, moveOnAfter, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import { toErrorMessage } from "../../error/mod.ts";
import { ConnectionLostError, ServerTimeoutError } from "../client/errors.ts";
import { McpErrorCode } from "../protocol/error_code.ts";
import type {
  JsonRpcError,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from "../protocol/message.ts";
import { parseMessage } from "../protocol/parse_message.ts";
import { ChannelWriter } from "../server/channel/channel_writer.ts";
import { toErrorResponse } from "./error_response.ts";
import type { FarConnection, FarHandlers } from "./far_side.ts";
import { type AskQuietly, LegacyHandshake } from "./legacy_handshake.ts";
import { OpenRequests } from "./open_requests.ts";
import { Outbox } from "./outbox.ts";
import type { RelayMcpOptions } from "./relay_mcp.ts";

const CONNECT_TIMEOUT_MS = 15_000;
const MAX_IN_FLIGHT = 256;
/** The same that a peer's stream answers with. */
const TOO_MANY_REQUESTS = -32010;

/** Relays between one client and one server. */
export class Relay {
  readonly #group: TaskGroup;
  readonly #options: RelayMcpOptions;
  /** Requests that may wait for their answers, on either side. */
  readonly #maxInFlight: number;
  readonly #near: ChannelWriter;
  /** Messages of the client that have not been sent. */
  readonly #outbox = new Outbox();
  readonly #open = new OpenRequests();
  readonly #handshake = new LegacyHandshake();
  /** Requests of our own, which the client knows nothing of. */
  readonly #quiet = new Map<string, PromiseWithResolvers<JsonObject>>();
  /** Requests of the server that the client has not answered. */
  readonly #questions = new Set<RequestId>();
  /** Whether the client can still answer. */
  #isInputEnded = false;
  #connection: FarConnection | undefined;
  /** Tells this connection from those before it, which may still have something to say. */
  #link: symbol | undefined;

  /** @param group Cancelled when the client is gone. */
  constructor(group: TaskGroup, options: RelayMcpOptions) {
    this.#group = group;
    this.#options = options;
    this.#maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
    this.#near = new ChannelWriter(group, { channel: options.near, logger: options.logger });
  }

  /** Relays until the client has ended its input and has its answers. */
  async run(): Promise<void> {
    const { signal } = this.#group;
    this.#group.spawn("relay to the server", (stopping) => this.#sendAll(stopping));
    if (!(await this.#readAll(signal))) return;
    this.#isInputEnded = true;
    for (const id of this.#questions) this.#giveUpQuestion(id);
    await abortable(this.#open.whenAnswered(), signal);
  }

  /** Ends the connection, which cancels what has no answer. */
  async hangUp(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  /** Resolves to whether the end came in good order. */
  async #readAll(signal: AbortSignal): Promise<boolean> {
    const { near, logger } = this.#options;
    try {
      let next = await near.receive(signal);
      for (; next !== null; next = await near.receive(signal)) {
        await this.#takeFromNear(next);
        await this.#outbox.whenShort(signal);
      }
      return true;
    } catch (error) {
      signal.throwIfAborted();
      logger.debug("Client of relay is gone", { problem: toErrorMessage(error) });
      return false;
    }
  }

  async #takeFromNear(incoming: JsonObject): Promise<void> {
    const message = parseMessage(incoming);
    if ("problem" in message) {
      const text = `Cannot take message as ${message.problem}`;
      const error = { code: McpErrorCode.invalidRequest, message: text };
      return await this.#near.refuse(message.id, error);
    }
    if (!("method" in message)) this.#takeAnswer(message);
    else if ("id" in message) await this.#takeRequest(message);
    else this.#takeNotification(message);
  }

  #takeAnswer(answer: JsonRpcResponse): void {
    // The server that has asked may be gone; another would not know what this is about.
    if (answer.id === null || !this.#questions.delete(answer.id)) return;
    this.#outbox.put(answer as unknown as JsonObject);
  }

  #takeNotification(notification: JsonRpcNotification): void {
    const { method, params } = notification;
    if (method === "notifications/cancelled") {
      const id = params?.["requestId"] as RequestId;
      this.#open.remove(id);
      if (this.#outbox.remove(id)) return;
    }
    this.#handshake.noteNotification(notification);
    this.#outbox.put(notification as unknown as JsonObject);
  }

  async #takeRequest(request: JsonRpcRequest): Promise<void> {
    const { id } = request;
    if (this.#open.get(id) !== undefined) {
      const message = "Cannot take request as its id is that of one without an answer yet";
      return await this.#near.refuse(id, { code: McpErrorCode.invalidRequest, message });
    }
    if (this.#open.size >= this.#maxInFlight) {
      const message = `Cannot take request as ${this.#maxInFlight} others wait for their answers`;
      return await this.#near.refuse(id, toTooMany(message));
    }
    this.#open.add(request);
    this.#outbox.put(request as unknown as JsonObject);
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    for (;;) await this.#sendOne(await this.#outbox.take(signal), signal);
  }

  async #sendOne(message: JsonObject, signal: AbortSignal): Promise<void> {
    const isRequest = "method" in message && "id" in message;
    // A connection is not worth its while for news that nobody waits for.
    if (this.#connection === undefined && !isRequest) return;
    try {
      const connection = this.#connection ?? await this.#connect(message, signal);
      await abortable(connection.send(message), signal);
    } catch (error) {
      signal.throwIfAborted();
      // What waits behind it would wait as long for the same.
      const others = this.#connection === undefined ? this.#outbox.clear() : [];
      for (const failed of [message, ...others]) await this.#fail(failed, error);
    }
  }

  async #connect(first: JsonObject, signal: AbortSignal): Promise<FarConnection> {
    const { far, clock = systemClock, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options;
    try {
      const connected = await moveOnAfter(connectTimeoutMs, async (limited) => {
        const link = Symbol("link");
        this.#link = link;
        const connection = await far.connect(this.#group, this.#handlersOf(link), limited);
        if (this.#link !== link) throw new ConnectionLostError(far.name);
        this.#connection = connection;
        // A client that begins anew asks for nothing that was before.
        const isRestored = this.#handshake.isDone && first["method"] !== "initialize";
        if (isRestored) await this.#restoreSession(connection, limited);
        return connection;
      }, { clock, signal });
      if (!connected.timedOut) return connected.value;
    } catch (error) {
      await this.hangUp();
      throw error;
    }
    await this.hangUp();
    throw new ServerTimeoutError(far.name, connectTimeoutMs);
  }

  #handlersOf(link: symbol): FarHandlers {
    return {
      onMessage: (message) => this.#takeFromFar(message),
      onUnsent: (message) => this.#sendAgain(message),
      onEnd: () => this.#noteEnd(link),
    };
  }

  async #restoreSession(connection: FarConnection, signal: AbortSignal): Promise<void> {
    const { far, logger } = this.#options;
    const ask: AskQuietly = async (method, params) => {
      const id = `relay-${crypto.randomUUID()}`;
      const answer = Promise.withResolvers<JsonObject>();
      this.#quiet.set(id, answer);
      try {
        await connection.send({ jsonrpc: "2.0", id, method, params });
        return await abortable(answer.promise, signal);
      } finally {
        this.#quiet.delete(id);
      }
    };
    const say = (notification: JsonObject): Promise<void> => connection.send(notification);
    const missed = await this.#handshake.repeat(ask, { say, server: far.name });
    logger.info("Session of relay restored", { server: far.name });
    for (const uri of missed) {
      const method = "notifications/resources/updated";
      await this.#near.trySend({ jsonrpc: "2.0", method, params: { uri } });
    }
  }

  async #takeFromFar(message: JsonObject): Promise<void> {
    const { id, method } = message;
    if (method === undefined) {
      if (!this.#isAwaited(message)) return;
    } else if (typeof id === "string" || typeof id === "number") {
      if (this.#isInputEnded) return this.#giveUpQuestion(id);
      if (this.#questions.size >= this.#maxInFlight) return await this.#refuseQuestion(id);
      this.#questions.add(id);
    } else if (method === "notifications/cancelled") {
      const params = message["params"] as JsonObject | undefined;
      this.#questions.delete(params?.["requestId"] as RequestId);
    }
    await this.#near.trySend(message);
  }

  /** A server that asks faster than it takes answers has to wait. */
  async #refuseQuestion(id: RequestId): Promise<void> {
    const message = `Cannot ask the client as ${this.#maxInFlight} others wait for their answers`;
    this.#outbox.put({ jsonrpc: "2.0", id, error: toTooMany(message) });
    await this.#outbox.whenShort(this.#group.signal).catch(() => {});
  }

  #giveUpQuestion(id: RequestId): void {
    this.#questions.delete(id);
    const message = "Cannot ask the client as it cannot answer any more";
    const error = { code: McpErrorCode.internalError, message, data: { code: "connection_lost" } };
    this.#outbox.put({ jsonrpc: "2.0", id, error });
  }

  /** Whether an answer is for the client. */
  #isAwaited(answer: JsonObject): boolean {
    const id = answer["id"] as RequestId;
    const quiet = this.#quiet.get(String(id));
    quiet?.resolve(answer);
    const request = this.#open.get(id);
    if (request === undefined) return false;
    this.#open.remove(id);
    this.#handshake.noteAnswer(request, answer);
    return true;
  }

  async #sendAgain(message: JsonObject): Promise<void> {
    const id = message["id"] as RequestId;
    const quiet = this.#quiet.get(String(id));
    const lost = new ConnectionLostError(this.#options.far.name);
    quiet?.resolve(toErrorResponse(id, lost));
    if (!("method" in message) || this.#open.get(id) === undefined) return;
    if (this.#open.tryAgain(id)) this.#outbox.putBack(message);
    else await this.#fail(message, lost);
  }

  async #noteEnd(link: symbol): Promise<void> {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#connection = undefined;
    const reason = "The connection was lost";
    for (const requestId of this.#questions) {
      const params = { requestId, reason };
      await this.#near.trySend({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    }
    this.#questions.clear();
  }

  /** Answers a request that the server will not answer. */
  async #fail(message: JsonObject, error: unknown): Promise<void> {
    const id = message["id"] as RequestId;
    if (!("method" in message) || this.#open.get(id) === undefined) return;
    this.#open.remove(id);
    this.#options.logger.debug("Request not relayed", { problem: toErrorMessage(error) });
    await this.#near.trySend(toErrorResponse(id, error));
  }
}

function toTooMany(message: string): JsonRpcError & JsonObject {
  return { code: TOO_MANY_REQUESTS, message, data: { code: "too_many_requests" } };
}
