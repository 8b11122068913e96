import type { JsonObject } from "../../../codec/mod.ts";
import type { Principal } from "../../principal.ts";
import type { LogLevel } from "../../tool.ts";
import type {
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
} from "../../protocol/message.ts";

/**
 * The MCP protocol without its transports: what each method does, in both eras. Transports read and
 * write messages; everything between is here.
 */
export interface McpService {
  /** Tells clients of changes. */
  readonly events: McpEvents;
  /**
   * Answer a request of the modern era (2026-07-28). It is complete in itself: version and capabilities
   * are in its `_meta`.
   *
   * @returns The answer; `undefined` if the exchange's signal aborted first. Never rejects, and does not
   *   settle before the work has really ended. `subscriptions/listen` is answered when it ends.
   */
  answer(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined>;
  /**
   * Answer a request of the legacy era that belongs to no session, as of a client with no capabilities.
   *
   * @returns As {@linkcode answer}.
   */
  answerSessionless(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined>;
  /**
   * Open a session of the legacy era: it begins with the request `initialize`, or with what was kept of
   * an earlier one.
   */
  openSession(port: SessionPort, restored?: SessionState): McpSession;
  /** End the subscriptions of the modern era in good order: they are answered. */
  close(): void;
}

/** What a request comes with, and how its news go back. */
export interface Exchange {
  /** On whose behalf. */
  readonly principal: Principal;
  /** Aborted when the caller has gone or cancels. */
  readonly signal: AbortSignal;
  /**
   * Send something that belongs to this request: progress, a log message, in the legacy era also a
   * request to the client.
   *
   * @returns When the next may be sent. Never rejects: what cannot be sent is dropped.
   */
  send(message: JsonRpcMessage): Promise<void>;
  /** Let go of the connection; absent where the caller could not come back. */
  readonly detach?: (() => void) | undefined;
}

/** An answer, and what HTTP makes of it. */
export interface McpAnswer {
  /** What goes to the client. */
  readonly message: JsonRpcResponse;
  /** 200 unless the specification says otherwise: 400, 403, 404. */
  readonly httpStatus: number;
  /** The scope that was missing, with status 403. */
  readonly requiredScope?: string | undefined;
}

/** A session of the legacy era. Disposing it cancels what runs in it and waits for the end. */
export interface McpSession extends AsyncDisposable {
  /** What must be kept so that the session can be restored. */
  readonly state: SessionState;
  /** Answer a request, `initialize` among them. As {@linkcode McpService.answer}. */
  answer(request: JsonRpcRequest, exchange: Exchange): Promise<McpAnswer | undefined>;
  /** Take a notification: `initialized`, `cancelled`, ... Unknown ones are ignored. */
  notify(notification: JsonRpcNotification): void;
  /** Take the client's answer to a request of ours. Unknown ones are ignored. */
  resolve(response: JsonRpcResponse): void;
  /** Requests that have no answer yet. */
  readonly inFlight: number;
}

/** How a session reaches its client, and its keeper. */
export interface SessionPort {
  /** Send what belongs to no request, such as a change of a resource. Never rejects. */
  send(message: JsonRpcMessage): Promise<void>;
  /** The state has changed. */
  onStateChange?(state: SessionState): void;
  /** Told of each request whose work has ended, answered or not. */
  onSettled?(id: string | number): void;
}

/** What a session remembers. All of it is JSON. */
export interface SessionState {
  /** The revision agreed on; `undefined` before `initialize`. */
  readonly protocolVersion?: string | undefined;
  /** Who the client says it is. */
  readonly clientInfo?: JsonObject | undefined;
  /** What the client can do. */
  readonly capabilities: JsonObject;
  /** Least important log message that it wants. @default {"info"} */
  readonly logLevel?: LogLevel | undefined;
  /** URIs of resources whose changes it wants to hear of. */
  readonly subscriptions: readonly string[];
}

/** Tells all clients that listen. */
export interface McpEvents {
  /** There are other tools. */
  toolsChanged(): void;
  /** There are other prompts. */
  promptsChanged(): void;
  /** There are other resources. */
  resourcesChanged(): void;
  /** A resource holds something else. */
  resourceUpdated(uri: string): void;
}
