import type { JsonRpcMessage } from "../../protocol/message.ts";
import type { Principal } from "../../principal.ts";

/** Serves the sessions of the legacy era over Streamable HTTP. Dispose it to end all streams. */
export interface SessionEndpoint extends AsyncDisposable {
  /**
   * Answer a request that begins a session (`initialize`) or names one (`Mcp-Session-Id`): POST with
   * messages, GET for the stream of what belongs to no request or to resume, DELETE.
   */
  handle(request: SessionRequest): Promise<Response>;
  /** End the streams of what belongs to no request: nobody's work depends on them. */
  drain(): void;
  /** How many sessions and streams there are in memory. */
  statistics(): SessionStatistics;
}

/** A request that has been read and authenticated. */
export interface SessionRequest {
  readonly method: "POST" | "GET" | "DELETE";
  readonly headers: Headers;
  /** What was posted: one, or in 2025-03-26 several. Empty for GET and DELETE. */
  readonly messages: readonly JsonRpcMessage[];
  /** Whether several were posted, so that several are answered. */
  readonly isBatch: boolean;
  readonly principal: Principal;
  /** Aborted when the client hangs up before the response; that cancels nothing in a session. */
  readonly signal: AbortSignal;
}

/** The numbers of an endpoint at one moment. */
export interface SessionStatistics {
  /** Sessions that are loaded. */
  readonly sessions: number;
  /** Streams that are open. */
  readonly streams: number;
}
