import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  type McpHttpHandler,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { JsonValue } from "../../codec/mod.ts";
import { abortable, type TaskGroup } from "../../concurrency/mod.ts";
import { acceptBoth, acceptsEventStream } from "./accept.ts";
import { createSdkServer } from "./create_sdk_server.ts";
import { logSdkError } from "./log_sdk_error.ts";
import { readJsonBody } from "./read_json_body.ts";
import type { McpServerOptions } from "./server_options.ts";
import { withoutProgressToken } from "./without_progress_token.ts";

/** Largest body of a request, in bytes. */
const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Longest time for a body to arrive. */
const DEFAULT_BODY_TIMEOUT_MS = 30_000;
/** Status of an answer that nobody waits for any more; never seen by a client. */
const CLIENT_GONE = 499;

/** Options of {@linkcode createMcpFetchHandler}. */
export interface McpFetchHandlerOptions extends McpServerOptions {
  /** Larger bodies are refused with 413. @default {4194304} */
  readonly maxBodyBytes?: number | undefined;
  /** Slower bodies are refused with 408. @default {30000} */
  readonly bodyTimeoutMs?: number | undefined;
}

/** Options of one request. */
export interface McpFetchOptions {
  /** Aborted when the client has hung up, and not before the answer is complete otherwise. */
  readonly signal?: AbortSignal | undefined;
}

/** Serves MCP over HTTP: one URL, both protocol eras. */
export interface McpFetchHandler {
  /** Answers one request. Never rejects. */
  fetch(request: Request, options?: McpFetchOptions): Promise<Response>;
  /** Ends what streams are open. Later requests get 503. */
  close(): Promise<void>;
}

/**
 * Serve tools over HTTP, to clients of every protocol revision: 2026-07-28 without sessions, and
 * 2024-11-05 to 2025-11-25 through `initialize`, each request standing for itself.
 *
 * A call is cancelled when its client hangs up and when the group is cancelled; the group is not
 * left before all calls have ended. Host, origin and CORS are the business of whoever listens.
 *
 * @param group Owns the calls.
 * @param options The tools, and limits.
 * @returns The handler.
 *
 * @example A request without a client library
 * ```ts
 * import { createMcpFetchHandler, createToolTable } from "./mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import { getLogger } from "../../telemetry/mod.ts";
 * import assert from "node:assert/strict";
 *
 * await runTaskGroup(async (group) => {
 *   const handler = createMcpFetchHandler(group, {
 *     serverInfo: { name: "empty", version: "1.0.0" },
 *     tools: createToolTable([]),
 *     logger: getLogger("example"),
 *   });
 *   const response = await handler.fetch(
 *     new Request("http://localhost/mcp", {
 *       method: "POST",
 *       headers: { "content-type": "application/json" },
 *       body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
 *     }),
 *   );
 *   assert.deepEqual((await response.json()).result, { tools: [] });
 *   await handler.close();
 * });
 * ```
 */
export function createMcpFetchHandler(
  group: TaskGroup,
  options: McpFetchHandlerOptions,
): McpFetchHandler {
  return new SdkFetchHandler(group, options);
}

class SdkFetchHandler implements McpFetchHandler {
  readonly #group: TaskGroup;
  readonly #options: McpFetchHandlerOptions;
  readonly #handler: McpHttpHandler;
  #closed = false;

  constructor(group: TaskGroup, options: McpFetchHandlerOptions) {
    this.#group = group;
    this.#options = options;
    this.#handler = createMcpHandler(() => createSdkServer(options, group), {
      onerror: (error) => logSdkError(options.logger, error),
    });
  }

  async fetch(request: Request, { signal }: McpFetchOptions = {}): Promise<Response> {
    try {
      if (this.#closed || this.#group.signal.aborted) return refuseAsStopping();
      return await this.#serve(request, signal);
    } catch (error) {
      if (this.#closed) return refuseAsStopping();
      this.#options.logger.error("MCP request failed unexpectedly", { error });
      return refuse(500, "Cannot answer request as the server failed unexpectedly");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#handler.close();
  }

  async #serve(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    // Not a copy of the request: its own signal may abort on success, and its body is read here.
    const inner = new Request(request.url, {
      method: request.method,
      headers: acceptBoth(request.headers),
      ...(signal !== undefined && { signal }),
    });
    const isJson = isJsonContentType(request.headers.get("content-type"));
    if (request.method !== "POST" || !isJson) return await this.#handler.fetch(inner);

    const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES, bodyTimeoutMs = DEFAULT_BODY_TIMEOUT_MS } =
      this.#options;
    const body = await readJsonBody(request, { maxBodyBytes, bodyTimeoutMs });
    if (!body.ok) return refuse(body.status, body.message);
    if (acceptsEventStream(request.headers)) {
      return await this.#handler.fetch(inner, { parsedBody: body.value });
    }
    const parsedBody = withoutProgressToken(body.value);
    if (await isLegacyRequest(inner, parsedBody)) return await this.#serveLegacy(inner, parsedBody);
    // The modern era answers in JSON by itself as long as there is no progress to send.
    return await this.#handler.fetch(inner, { parsedBody });
  }

  /** One JSON answer for a client of the legacy era that cannot read a stream. */
  async #serveLegacy(request: Request, parsedBody: JsonValue): Promise<Response> {
    const server = createSdkServer(this.#options, this.#group);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    try {
      await server.connect(transport);
      return await abortable(transport.handleRequest(request, { parsedBody }), request.signal);
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: CLIENT_GONE });
      throw error;
    } finally {
      await server.close();
    }
  }
}

function refuseAsStopping(): Response {
  return refuse(503, "Cannot answer request as the server is stopping");
}

function refuse(status: number, message: string): Response {
  const code = status === 400 ? -32700 : status === 500 ? -32603 : -32000;
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
