import type { Principal } from "../../principal.ts";

/** Who makes a request. */
export interface McpFetchOptions {
  /** On whose behalf it is made, as found out before. @default {ANONYMOUS} */
  readonly principal?: Principal | undefined;
  /**
   * Aborted when the client has hung up before the response, or the server stops; not when the response
   * has been handed over. It is asked for only if the answer takes time: a getter can save the watching.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Serves MCP over HTTP: one URL, both protocol eras. */
export interface McpFetchHandler {
  /** Answers one request. Never rejects. */
  fetch(request: Request, options?: McpFetchOptions): Promise<Response>;
  /**
   * Ends the streams that nobody's work depends on, and would else never end: subscriptions, and what
   * sessions hear besides their answers.
   */
  drain(): void;
  /**
   * Ends all streams, and the work behind them. Later requests get 503.
   *
   * @returns When all work has ended.
   */
  close(): Promise<void>;
  /** A snapshot for logs and metrics. */
  statistics(): McpFetchStatistics;
}

/** The numbers of a handler at one moment. */
export interface McpFetchStatistics {
  /** Requests without a session that take time, subscriptions among them. */
  readonly running: number;
  /** Sessions that are loaded. */
  readonly sessions: number;
  /** Streams of sessions that are open. */
  readonly streams: number;
}
