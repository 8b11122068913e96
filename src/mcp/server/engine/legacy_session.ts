import type { JsonObject } from "../../../codec/mod.ts";
import type { TaskGroup } from "../../../concurrency/mod.ts";
import type { InputQuestion } from "../../caller_input.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from "../../protocol/message.ts";
import { ProtocolError } from "../../protocol/protocol_error.ts";
import { toErrorAnswer } from "../../protocol/to_error_answer.ts";
import { shorten } from "../../shorten.ts";
import type { LogLevel } from "../../tool.ts";
import type { Engine } from "./engine.ts";
import { DEFAULT_LOG_LEVEL } from "./log_level.ts";
import type { Exchange, McpAnswer, McpSession, SessionPort, SessionState } from "./mcp_service.ts";
import { OutgoingRequests } from "./outgoing_requests.ts";
import type { Caller, SessionAgreement, SessionMemory } from "./request_call.ts";
import { RunningRequests } from "./running_requests.ts";
import type { ServerModel } from "./server_model.ts";
import { SessionChanges } from "./session_changes.ts";
import { SessionGroup } from "./session_group.ts";

/** What a {@linkcode LegacySession} needs. */
export interface LegacySessionOptions {
  readonly engine: Engine;
  readonly server: ServerModel;
  /** Owns what runs in the session. */
  readonly group: TaskGroup;
  readonly port: SessionPort;
  /** What was kept of an earlier session. */
  readonly restored: SessionState | undefined;
}

/** A session of the legacy era. */
export class LegacySession implements McpSession, SessionMemory {
  readonly #engine: Engine;
  readonly #port: SessionPort;
  readonly #group: SessionGroup;
  readonly #changes: SessionChanges;
  readonly #outgoing: OutgoingRequests;
  readonly #running = new RunningRequests();
  #state: SessionState;

  /** @param options What it needs. */
  constructor({ engine, server, group, port, restored }: LegacySessionOptions) {
    this.#engine = engine;
    this.#port = port;
    this.#group = new SessionGroup(group);
    this.#outgoing = new OutgoingRequests(server.clock);
    this.#changes = new SessionChanges(server.hub, (message) => port.send(message));
    this.#state = restored ?? { capabilities: {}, subscriptions: [] };
    if (this.isInitialized) this.#changes.begin(this.#state.subscriptions);
  }

  get state(): SessionState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#running.size;
  }

  get isInitialized(): boolean {
    return this.#state.protocolVersion !== undefined;
  }

  async answer(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined> {
    const { id } = request;
    if (this.#running.has(id)) return toDuplicateAnswer(id);
    if (this.#running.isFull) return toFullAnswer(id);
    const running = this.#running.add(id);
    try {
      const answer = await this.#engine.answer(request, exchange, {
        readCaller: () => this.#toCaller(),
        getGroup: () => this.#group.open(),
        onStart: (cancel) => {
          running.cancel = cancel;
          if (running.isCancelled) cancel();
        },
      });
      return running.isCancelled || this.#group.isClosed ? undefined : answer;
    } finally {
      this.#running.remove(running);
      this.#port.onSettled?.(id);
    }
  }

  notify({ method, params }: JsonRpcNotification): void {
    if (method === "notifications/cancelled") this.#running.cancel(params?.["requestId"]);
  }

  resolve(response: JsonRpcResponse): void {
    this.#outgoing.resolve(response);
  }

  initialize({ protocolVersion, capabilities, clientInfo }: SessionAgreement): void {
    this.#update({
      protocolVersion,
      capabilities,
      ...(clientInfo !== undefined && { clientInfo }),
    });
    this.#changes.begin(this.#state.subscriptions);
  }

  setLogLevel(logLevel: LogLevel): void {
    this.#update({ logLevel });
  }

  subscribe(uri: string): boolean {
    if (!this.#changes.add(uri)) return false;
    this.#update({ subscriptions: this.#changes.uris });
    return true;
  }

  unsubscribe(uri: string): void {
    this.#changes.remove(uri);
    this.#update({ subscriptions: this.#changes.uris });
  }

  ask(question: InputQuestion, exchange: Exchange, signal: AbortSignal): Promise<JsonObject> {
    return this.#outgoing.ask(question, exchange, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#changes.end();
    await this.#group.close();
  }

  #toCaller(): Caller {
    const { capabilities, logLevel = DEFAULT_LOG_LEVEL } = this.#state;
    return { era: "legacy", capabilities, logLevel, session: this };
  }

  #update(changes: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#port.onStateChange?.(this.#state);
  }
}

function toDuplicateAnswer(id: RequestId): McpAnswer {
  const message = `Cannot take request as one with its id has no answer yet: id "${
    shorten(String(id))
  }"`;
  const data = { code: "duplicate_id" };
  return toErrorAnswer(id, new ProtocolError(McpErrorCode.invalidRequest, message, { data }));
}

function toFullAnswer(id: RequestId): McpAnswer {
  const message = "Cannot take request as too many in its session have no answer yet";
  const data = { code: "too_many_requests" };
  return toErrorAnswer(id, new ProtocolError(McpErrorCode.internalError, message, { data }));
}
