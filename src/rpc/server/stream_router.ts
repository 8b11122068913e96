import {
  FrameTooLargeError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../codec/mod.ts";
import { CancelReason, type Clock, type TaskGroup } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { FrameChannel } from "../channel/frame_channel.ts";
import type { OutgoingFrame } from "../channel/frame_writer.ts";
import {
  type ErrorAnswer,
  isRequestId,
  type RequestId,
  toErrorAnswer,
  toObject,
} from "../messages.ts";
import { CALL_METHODS, RpcErrorCode, RpcMethod } from "../protocol.ts";
import { DirectCall } from "./direct_call.ts";
import type { InFlight } from "./in_flight.ts";
import type { OwnAnswer, OwnAnswers } from "./own_answers.ts";
import { EnvelopeFormat, JsonRpcFormat, type ReplyFormat } from "./reply_format.ts";
import type { RpcTool } from "./rpc_tool.ts";
import { type OpenRpcSession, SessionInbox } from "./session_port.ts";

/** Queue clients of this name speak JSON-RPC, but not MCP. */
const QUEUE_CLIENT = "ipfs-accelerate-taskqueue-client";

/** What a {@linkcode StreamRouter} needs. */
export interface StreamRouterOptions {
  readonly channel: FrameChannel;
  readonly inFlight: InFlight;
  readonly tools: ReadonlyMap<string, RpcTool>;
  readonly ownAnswers: OwnAnswers;
  readonly openSession: OpenRpcSession | undefined;
  /** This node. */
  readonly peerId: string;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Told of what the peer was not let do, by its code. */
  readonly onRefused: (code: string) => void;
}

/** Decides what happens with each message of one stream. */
export class StreamRouter {
  readonly #group: TaskGroup;
  readonly #options: StreamRouterOptions;
  #session: SessionInbox | undefined;
  readonly #sessionEnd = Promise.withResolvers<void>();
  /** Whether the caller knows nothing but directly answered tools. */
  #isPlain = false;

  /** @param group Calls and the session become its children. */
  constructor(group: TaskGroup, options: StreamRouterOptions) {
    this.#group = group;
    this.#options = options;
  }

  /** Whether the peer waits for news although no request is in flight. */
  get isHeld(): boolean {
    return this.#session?.isHeld ?? false;
  }

  /** Waits while the session has too many messages to deal with. */
  async whenSessionReady(): Promise<void> {
    while (this.#session?.isFull) await this.#session.changed;
  }

  /** Stops all work. There will be no more answers. */
  cancelAll(reason: unknown): void {
    this.#options.inFlight.cancelAll(reason);
    this.#session?.end();
  }

  /** Tells the session that nothing more will come, and waits for its end. */
  async endSession(): Promise<void> {
    if (this.#session === undefined) return;
    this.#session.end();
    await this.#sessionEnd.promise;
  }

  /**
   * Take a message.
   *
   * @returns Whether more may follow. If not, the stream is to be closed.
   */
  route(message: JsonObject): boolean {
    const { jsonrpc, id, method } = message;
    if (jsonrpc === undefined && typeof message["type"] === "string") {
      this.#routeEnvelope(message);
      return true;
    }
    if (jsonrpc !== "2.0") {
      this.#options.onRefused("invalid_jsonrpc");
      this.#refuse(isRequestId(id) ? id : null, "invalid_jsonrpc");
      return false;
    }
    // Only a session asks its peer anything.
    if (method === undefined) this.#routeAnswer(message);
    else if (typeof method !== "string") this.#refuse(null, "invalid_request");
    else if (id === undefined) this.#routeNotification(message);
    else if (!isRequestId(id)) this.#refuse(null, "invalid_request");
    else this.#routeRequest(message, { id, method });
    return true;
  }

  /**
   * Say why nothing more can be read.
   *
   * @param code Ours; deployed peers know the same ones.
   */
  sendLastWord(code: string): void {
    this.#send(toErrorAnswer(null, { rpcCode: RpcErrorCode.unreadable, code }));
  }

  #routeRequest(message: JsonObject, request: Request): void {
    const { id, method } = request;
    const { inFlight, tools } = this.#options;
    if (inFlight.get(id) !== undefined) return this.#refuse(id, "invalid_request");
    const params = toObject(message["params"]);
    const name = CALL_METHODS.has(method) ? params["name"] : undefined;
    const tool = typeof name === "string" ? tools.get(name) : undefined;
    if (tool !== undefined) {
      const args = params["arguments"] ?? {};
      return this.#startCall(tool, { key: id, args, format: new JsonRpcFormat(id) });
    }
    if (!this.#isForSession(message)) return this.#answerOwn(message, id);
    if (inFlight.tryAdd(id, { isInitialize: method === RpcMethod.initialize })) {
      this.#openSession().put(message);
    } else {
      this.#refuseExcess(new JsonRpcFormat(id));
    }
  }

  /** Those who know only directly answered tools are told about these alone. */
  #isForSession(message: JsonObject): boolean {
    if (this.#options.openSession === undefined) return false;
    const params = toObject(message["params"]);
    if (message["method"] === RpcMethod.initialize) {
      // MCP demands its clients to say what they can do.
      return params["capabilities"] !== undefined &&
        toObject(params["clientInfo"])["name"] !== QUEUE_CLIENT;
    }
    return !this.#isPlain || params["_meta"] !== undefined;
  }

  #routeAnswer(message: JsonObject): void {
    if (this.#session === undefined) this.#drop("answer to nothing");
    else this.#session.put(message);
  }

  #routeNotification(message: JsonObject): void {
    const { requestId } = toObject(message["params"]);
    const call = this.#options.inFlight.get(requestId)?.call;
    if (message["method"] === RpcMethod.cancelled && call !== undefined) {
      call.cancel(new CancelReason("explicit", { scope: "rpc call", detail: "by its caller" }));
    } else if (this.#session === undefined) {
      this.#drop("notification about nothing");
    } else {
      this.#session.put(message);
    }
  }

  #routeEnvelope(message: JsonObject): void {
    const { type, method } = message;
    const id = isRequestId(message["id"]) ? message["id"] : null;
    // The answer repeats the method as it repeats the id, so the same bound holds for it.
    const isRequest = type === "request" && typeof method === "string" && isRequestId(method);
    if (!isRequest) return this.#drop("not a request");
    const { tools, ownAnswers, peerId, clock } = this.#options;
    const format = new EnvelopeFormat({ id, method, sender: peerId, now: () => clock.now() });
    const params = toObject(message["params"]);
    const isCall = CALL_METHODS.has(method);
    const tool = tools.get(isCall ? String(params["name"]) : method);
    if (tool !== undefined) {
      const args = isCall ? params["arguments"] ?? {} : params;
      // Two of them may have the same id, as each is for itself.
      return this.#startCall(tool, { key: format, args, format });
    }
    this.#send(toMessage(ownAnswers.answer(message), format));
  }

  #startCall(tool: RpcTool, { key, args, format }: IncomingCall): void {
    if (!isJsonObject(args)) {
      this.#send(format.error({ rpcCode: RpcErrorCode.invalidParams, code: "invalid_params" }));
      return;
    }
    const { channel, clock, logger, inFlight } = this.#options;
    const wantsEvents = args["stream"] === true;
    const toEventMessage = wantsEvents ? (event: JsonObject) => format.event(event) : undefined;
    const call = new DirectCall({ channel, toEventMessage, clock, logger });
    if (!inFlight.tryAdd(key, { call, isInitialize: false })) return this.#refuseExcess(format);
    this.#group.spawn("rpc call", async () => {
      try {
        await this.#answer(call, format, () => tool(args, call));
      } finally {
        inFlight.remove(key);
      }
    });
  }

  /** Whatever happens, it ends with an answer or with what the call did being taken back. */
  async #answer(
    call: DirectCall,
    format: ReplyFormat,
    work: () => Promise<JsonObject>,
  ): Promise<void> {
    const { channel } = this.#options;
    let answer: JsonObject;
    try {
      answer = format.result({ content: await work() });
    } catch (error) {
      answer = format.error({ rpcCode: RpcErrorCode.internal, code: "internal_error" });
      if (!call.isCancelled) {
        this.#options.logger?.error("Call of a peer failed", { peerId: channel.peerId, error });
      }
    }
    while (channel.isCongested && !call.isCancelled) await channel.whenDrained();
    const frame = call.isCancelled ? undefined : this.#sendOrRefuse(answer, format);
    if (!call.hasUndo) return;
    if (frame === undefined || !(await frame.whenSettled())) await call.undo();
  }

  /** Returns the frame if the answer goes out, and not an excuse for it. */
  #sendOrRefuse(answer: JsonObject, format: ReplyFormat): OutgoingFrame | undefined {
    try {
      return this.#send(answer);
    } catch (error) {
      if (!(error instanceof FrameTooLargeError)) throw error;
      // Without an answer the caller would wait for ever.
      this.#send(format.error({ rpcCode: RpcErrorCode.internal, code: error.code }));
      return undefined;
    }
  }

  #openSession(): SessionInbox {
    if (this.#session !== undefined) return this.#session;
    const { channel, inFlight, openSession } = this.#options;
    const inbox = new SessionInbox({
      peerId: channel.peerId,
      send: (message) => this.#sendOfSession(message),
      release: (id) => inFlight.remove(id),
      decline: (message) => this.#decline(message),
    });
    this.#session = inbox;
    this.#group.spawn("session", async (signal) => {
      try {
        await openSession?.(inbox, signal);
        await channel.flushed();
        this.#group.cancel("the session of the stream is over");
      } finally {
        this.#sessionEnd.resolve();
      }
    });
    return inbox;
  }

  async #sendOfSession(message: JsonObject): Promise<void> {
    const { channel, inFlight, ownAnswers } = this.#options;
    const { id = null, method } = message;
    const isAnswer = method === undefined && isRequestId(id);
    const isInitialize = isAnswer && inFlight.get(id)?.isInitialize === true;
    const hasResult = isInitialize && "result" in message;
    const outgoing = hasResult
      ? { ...message, result: ownAnswers.addTo(toObject(message["result"])) }
      : message;
    try {
      while (channel.isCongested) await channel.whenDrained();
      const frame = isAnswer
        ? this.#sendOrRefuse(outgoing, new JsonRpcFormat(id))
        : this.#send(outgoing);
      await frame?.whenSettled();
    } finally {
      if (isAnswer) inFlight.remove(id);
    }
  }

  #decline(message: JsonObject): void {
    const { id } = message;
    if (!isRequestId(id)) return;
    this.#answerOwn(message, id);
    this.#options.inFlight.remove(id);
  }

  #answerOwn(message: JsonObject, id: RequestId): void {
    const answer = this.#options.ownAnswers.answer(message);
    if (message["method"] === RpcMethod.initialize) this.#isPlain = true;
    this.#send(toMessage(answer, new JsonRpcFormat(id)));
  }

  #refuse(id: RequestId | null, code: string): void {
    this.#send(toErrorAnswer(id, { rpcCode: RpcErrorCode.invalidRequest, code }));
  }

  #refuseExcess(format: ReplyFormat): void {
    const code = "too_many_requests";
    const error: ErrorAnswer = { rpcCode: RpcErrorCode.tooManyRequests, code };
    this.#options.onRefused(code);
    this.#send(format.error(error));
  }

  /** A stream that breaks meanwhile is noticed by its reader. */
  #send(message: JsonObject): OutgoingFrame | undefined {
    try {
      return this.#options.channel.send(message);
    } catch (error) {
      if (error instanceof FrameTooLargeError) throw error;
      return undefined;
    }
  }

  #drop(problem: string): void {
    const { logger, channel } = this.#options;
    logger?.debug("Message of a peer not taken", { peerId: channel.peerId, problem });
  }
}

function toMessage(answer: OwnAnswer, format: ReplyFormat): JsonObject {
  return "result" in answer ? format.result(answer.result) : format.error(answer.error);
}

interface Request {
  readonly id: RequestId;
  readonly method: string;
}

interface IncomingCall {
  /** Its place among the requests in flight. */
  readonly key: unknown;
  readonly args: JsonValue;
  readonly format: ReplyFormat;
}
