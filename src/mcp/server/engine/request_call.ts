import type { JsonObject } from "../../../codec/mod.ts";
import type { InputQuestion } from "../../caller_input.ts";
import type { JsonRpcRequest } from "../../protocol/message.ts";
import type { LogLevel } from "../../tool.ts";
import type { Exchange } from "./mcp_service.ts";
import type { ServerModel } from "./server_model.ts";

/** A request on its way through the engine. */
export interface RequestCall {
  readonly server: ServerModel;
  readonly request: JsonRpcRequest;
  /** Those of the request, or none. */
  readonly params: JsonObject;
  readonly exchange: Exchange;
  readonly caller: Caller;
}

/** Who asks, as the protocol knows it. */
export interface Caller {
  readonly era: "modern" | "legacy";
  /** What it can do, as it says. */
  readonly capabilities: JsonObject;
  /** Least important log message that it wants; `undefined` for none at all. */
  readonly logLevel: LogLevel | undefined;
  /** The legacy session that it asks in, if any. */
  readonly session: SessionMemory | undefined;
}

/** What a request of the legacy era can do to its session. */
export interface SessionMemory {
  /** Whether `initialize` was answered. */
  readonly isInitialized: boolean;
  /** Note what `initialize` has agreed on. */
  initialize(agreement: SessionAgreement): void;
  /** Note which log messages the client wants. */
  setLogLevel(level: LogLevel): void;
  /** Begin to tell of the changes of a resource. @returns Whether there is room for one more. */
  subscribe(uri: string): boolean;
  /** Tell of its changes no longer. */
  unsubscribe(uri: string): void;
  /**
   * Ask the client.
   *
   * @returns Its result.
   * @throws {CallerRefusedError} If it answers with an error, or not in time.
   */
  ask(question: InputQuestion, exchange: Exchange, signal: AbortSignal): Promise<JsonObject>;
}

/** What client and server agree on with `initialize`. */
export interface SessionAgreement {
  readonly protocolVersion: string;
  readonly capabilities: JsonObject;
  readonly clientInfo: JsonObject | undefined;
}
