import type { JsonObject } from "../../../codec/mod.ts";
import type { TaskGroup } from "../../../concurrency/mod.ts";
import { toErrorMessage } from "../../../error/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { isModernRequest, metaOf } from "../../protocol/is_modern_request.ts";
import type {
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from "../../protocol/message.ts";
import { MetaKey } from "../../protocol/meta_key.ts";
import { parseMessage } from "../../protocol/parse_message.ts";
import { isModernVersion, MODERN_VERSIONS } from "../../protocol/versions.ts";
import type { Exchange, McpAnswer, McpSession } from "../engine/mcp_service.ts";
import { ChannelWriter } from "./channel_writer.ts";
import { PendingRequests } from "./pending_requests.ts";
import type { ServeMcpChannelOptions } from "./serve_mcp_channel.ts";

const MAX_IN_FLIGHT = 256;
/** The same that a peer's stream answers with. */
const TOO_MANY_REQUESTS = -32010;

/** Serves one channel. Disposing it ends the legacy session, if there is one. */
export class ChannelServer implements AsyncDisposable {
  readonly #group: TaskGroup;
  readonly #options: ServeMcpChannelOptions;
  readonly #writer: ChannelWriter;
  readonly #pending = new PendingRequests();
  /** Ids of our own requests that the client has not answered. */
  readonly #asked = new Set<RequestId>();
  /** There is one from the first message of the legacy era on. */
  #session: McpSession | undefined;
  /** Whether the modern era is decided on. */
  #isModern = false;
  /** Whether the client can still answer. */
  #isInputEnded = false;
  #isListening = false;

  /** @param group Each request becomes a child of it. */
  constructor(group: TaskGroup, options: ServeMcpChannelOptions) {
    this.#group = group;
    this.#options = options;
    this.#writer = new ChannelWriter(group, options);
  }

  /** Serves until nothing more comes in. */
  async run(): Promise<void> {
    const { signal } = this.#group;
    signal.addEventListener("abort", () => this.#pending.cancelAll(signal.reason), { once: true });
    const isBroken = !(await this.#readAll(signal));
    this.#isInputEnded = true;
    // What can be answered is; what waits for the client, or goes on for ever, is given up.
    for (const id of [...this.#asked]) this.#giveUpQuestion(id);
    this.#pending.cancelSubscriptions("the client has ended its input");
    if (isBroken || this.#options.atEnd === "cancel") this.#group.cancel("the client hung up");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]();
    this.#session = undefined;
    this.#tellListening();
  }

  /** Resolves to whether the end came in good order. */
  async #readAll(signal: AbortSignal): Promise<boolean> {
    const { channel, logger } = this.#options;
    try {
      let next = await channel.receive(signal);
      for (; next !== null; next = await channel.receive(signal)) await this.#admit(next);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      logger.debug("MCP channel broken", { problem: toErrorMessage(error) });
      return false;
    }
  }

  async #admit(incoming: JsonObject): Promise<void> {
    const decision = this.#options.gate?.admit(incoming) ?? { deliver: incoming };
    if ("deliver" in decision) await this.#take(decision.deliver);
    else if ("answer" in decision) await this.#writer.send(decision.answer);
    else this.#drop(decision.drop);
  }

  async #take(incoming: JsonObject): Promise<void> {
    const message = parseMessage(incoming);
    if ("problem" in message) {
      await this.#writer.refuse(message.id, {
        code: McpErrorCode.invalidRequest,
        message: `Cannot take message as ${message.problem}`,
      });
    } else if (!("method" in message)) this.#takeResponse(message);
    else if (!("id" in message)) this.#takeNotification(message);
    else await this.#takeRequest(message);
  }

  #takeResponse(response: JsonRpcResponse): void {
    if (response.id !== null) this.#asked.delete(response.id);
    if (this.#session === undefined) this.#drop("answer to nothing");
    else this.#session.resolve(response);
  }

  #takeNotification(notification: JsonRpcNotification): void {
    const requestId = notification.params?.["requestId"];
    if (this.#session !== undefined) this.#session.notify(notification);
    else if (notification.method !== "notifications/cancelled") this.#drop("notification");
    else if (typeof requestId === "string" || typeof requestId === "number") {
      this.#pending.cancel(requestId, "the client has cancelled it");
    }
  }

  async #takeRequest(request: JsonRpcRequest): Promise<void> {
    const { id, method } = request;
    const { maxInFlight = MAX_IN_FLIGHT } = this.#options;
    if (this.#pending.has(id)) {
      const message = "Cannot take request as its id is that of one without an answer yet";
      return await this.#writer.refuse(id, { code: McpErrorCode.invalidRequest, message });
    }
    if (this.#group.statistics().running >= maxInFlight) {
      const message = `Cannot take request as ${maxInFlight} others wait for their answers`;
      const data = { code: "too_many_requests" };
      return await this.#writer.refuse(id, { code: TOO_MANY_REQUESTS, message, data });
    }
    const answer = this.#route(request);
    if (answer === undefined) return await this.#refuseEra(request);
    const signal = this.#pending.add(request);
    this.#tellListening();
    this.#group.spawn(`request ${method}`, () => this.#work(id, answer, signal));
  }

  /** Who answers a request; nobody if it is of the era that was decided against. */
  #route(request: JsonRpcRequest): AnswerIn | undefined {
    const { service } = this.#options;
    if (this.#session === undefined) {
      const isModern = isModernRequest(request);
      if (isModern) this.#isModern ||= decidesEra(request);
      if (isModern || (this.#isModern && request.method !== "initialize")) {
        return (exchange) => service.answer(request, exchange);
      }
      if (this.#isModern) return undefined;
    }
    this.#session ??= service.openSession({
      send: (message) => this.#sendNews(message),
      onStateChange: () => this.#tellListening(),
    });
    const session = this.#session;
    return (exchange) => session.answer(request, exchange);
  }

  async #work(id: RequestId, answerIn: AnswerIn, signal: AbortSignal): Promise<void> {
    let answer: McpAnswer | undefined;
    try {
      const { principal } = this.#options;
      const send = (message: JsonRpcMessage): Promise<void> => this.#sendNews(message);
      answer = await answerIn({ principal, signal, send });
    } finally {
      // Before the answer is out, as the client may use the id again once it has it.
      this.#pending.remove(id);
      this.#tellListening();
    }
    if (answer === undefined || signal.aborted) this.#options.onUnanswered?.(id);
    else await this.#writer.sendAnswer(answer.message);
  }

  /** Never rejects. A question that does not reach the client is answered in its place. */
  async #sendNews(message: JsonRpcMessage): Promise<void> {
    if (!("method" in message && "id" in message)) {
      await this.#writer.trySend(message);
      return;
    }
    this.#asked.add(message.id);
    const isSent = !this.#isInputEnded && await this.#writer.trySend(message);
    if (!isSent) this.#giveUpQuestion(message.id);
  }

  #giveUpQuestion(id: RequestId): void {
    this.#asked.delete(id);
    const message = "Cannot ask the client as it cannot answer any more";
    const error = { code: McpErrorCode.internalError, message, data: { code: "connection_lost" } };
    this.#session?.resolve({ jsonrpc: "2.0", id, error });
  }

  async #refuseEra({ id, params }: JsonRpcRequest): Promise<void> {
    const requested = params?.["protocolVersion"] ?? null;
    await this.#writer.refuse(id, {
      code: McpErrorCode.unsupportedVersion,
      message: "Cannot begin a session as this connection has been used without one",
      data: { supported: MODERN_VERSIONS, requested },
    });
  }

  #tellListening(): void {
    const hasSubscriptions = (this.#session?.state.subscriptions.length ?? 0) > 0;
    const isListening = hasSubscriptions || this.#pending.hasSubscriptions;
    if (isListening === this.#isListening) return;
    this.#isListening = isListening;
    this.#options.onListening?.(isListening);
  }

  #drop(problem: string): void {
    this.#options.logger.debug("MCP message not taken", { problem });
  }
}

type AnswerIn = (exchange: Exchange) => Promise<McpAnswer | undefined>;

/** To ask which versions there are, or for one that there is not, is not to speak it. */
function decidesEra({ method, params }: JsonRpcRequest): boolean {
  return method !== "server/discover" &&
    isModernVersion(metaOf(params)?.[MetaKey.protocolVersion]);
}
