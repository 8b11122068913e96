import { systemClock, type TaskGroup } from "../../../concurrency/mod.ts";
import { createMcpService } from "../engine/create_mcp_service.ts";
import type { McpService } from "../engine/mcp_service.ts";
import type { McpServerOptions } from "../server_options.ts";
import type { McpFetchOptions } from "./mcp_fetch_handler.ts";
import {
  DEFAULT_BODY_TIMEOUT_MS,
  DEFAULT_MAX_BODY_BYTES,
  DEFAULT_MAX_RESULT_BYTES,
} from "./http_defaults.ts";
import { SseConnections } from "./sse_connections.ts";

/** Most connections that are open at a time. */
const DEFAULT_MAX_SESSIONS = 1_000;

/** Options of {@linkcode createSseHandler}. */
export interface SseHandlerOptions extends McpServerOptions {
  /** Answers, instead of a service of its own made of the options above. @default {undefined} */
  readonly service?: McpService | undefined;
  /** Path that clients post to; it gets the query `?sessionId=`. @default {"/messages"} */
  readonly messagesPath?: string | undefined;
  /** Clients beyond this number are refused with 503. @default {1000} */
  readonly maxSessions?: number | undefined;
  /** Larger bodies are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Slower bodies are refused with 408. @default {30000} */
  readonly bodyTimeoutMs?: number | undefined;
  /** A comment is sent on a stream after this time without an event. @default {15000} */
  readonly keepAliveMs?: number | undefined;
}

/** Serves MCP over a stream of events one way, and posted messages the other. */
export interface SseHandler {
  /** Begins a session: the answer to `GET /sse`. It ends when its stream does. */
  connect(request: Request, options?: McpFetchOptions): Response;
  /** Takes a message of a session: `POST /messages?sessionId=`. Never rejects. */
  post(request: Request, options?: McpFetchOptions): Promise<Response>;
  /** Ends the sessions in which nothing runs, now and as soon as that is so. */
  drain(): void;
  /**
   * Ends all sessions. Later requests get 503.
   *
   * @returns When all work has ended.
   */
  close(): Promise<void>;
  /** A snapshot for logs and metrics. */
  statistics(): SseHandlerStatistics;
}

/** The numbers of a handler at one moment. */
export interface SseHandlerStatistics {
  /** Clients that are connected. */
  readonly sessions: number;
}

/**
 * Serve MCP over HTTP+SSE, the transport of revision 2024-11-05, for clients that know no other.
 *
 * @param group Owns the sessions.
 * @param options What is served, and limits.
 * @returns The handler. Close it to end the streams that are open.
 */
export function createSseHandler(group: TaskGroup, options: SseHandlerOptions): SseHandler {
  const { logger, keepAliveMs, clock = systemClock } = options;
  return new SseConnections({
    group,
    service: options.service ?? createMcpService(group, options),
    messagesPath: options.messagesPath ?? "/messages",
    maxSessions: options.maxSessions ?? DEFAULT_MAX_SESSIONS,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    bodyTimeoutMs: options.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS,
    maxResultBytes: options.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES,
    stream: { keepAliveMs, clock },
    clock,
    logger,
  });
}
