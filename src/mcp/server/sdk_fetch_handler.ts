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
import type { McpFetchHandlerOptions } from "./create_mcp_fetch_handler.ts";
import { createSdkServer } from "./create_sdk_server.ts";
import { logSdkError } from "./log_sdk_error.ts";
import { readJsonBody } from "./read_json_body.ts";
import { CLIENT_GONE, refuse } from "./refuse.ts";
import { withoutProgressToken } from "./without_progress_token.ts";

/** Largest body of a request, in bytes. */
const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Longest time for a body to arrive. */
const DEFAULT_BODY_TIMEOUT_MS = 30_000;

/** Serves MCP over HTTP with the protocol package. */
export class SdkFetchHandler {
  readonly #group: TaskGroup;
  readonly #options: McpFetchHandlerOptions;
  readonly #handler: McpHttpHandler;

  constructor(group: TaskGroup, options: McpFetchHandlerOptions) {
    this.#group = group;
    this.#options = options;
    this.#handler = createMcpHandler(() => createSdkServer(options, group), {
      onerror: (error) => logSdkError(options.logger, error),
    });
  }

  /**
   * Answer one request.
   *
   * @param request The request.
   * @param signal Aborted when the client has hung up or the server stops.
   * @returns The answer; status 499 when the signal was first.
   */
  async serve(request: Request, signal: AbortSignal | undefined): Promise<Response> {
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

  /** Ends what streams are open. */
  async close(): Promise<void> {
    await this.#handler.close();
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
