import { type JsonObject, toJson } from "../../codec/mod.ts";
import { NotMcpServerError } from "../client/errors.ts";
import type { McpFetch } from "../client/mcp_fetch.ts";
import { mediaTypeOf } from "./read_answer.ts";
import { RequestHeaders } from "./request_headers.ts";

/** What {@linkcode HttpRequests} are made to. */
export interface HttpRequestsOptions {
  /** The server, for errors. */
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: McpFetch;
}

/** Makes the HTTP requests of MCP, with the headers that belong to each. */
export class HttpRequests {
  /** Headers that repeat what is in a message. */
  readonly mirrored = new RequestHeaders();
  readonly #options: HttpRequestsOptions;
  /** Names the legacy session, if there is one. */
  sessionId: string | undefined;
  /** The revision that it is held in. */
  version: string | undefined;

  constructor(options: HttpRequestsOptions) {
    this.#options = options;
  }

  /** Sends a message. */
  async post(message: JsonObject, signal: AbortSignal): Promise<Response> {
    const headers = this.#commonHeaders();
    headers.set("content-type", "application/json");
    headers.set("accept", "application/json, text/event-stream");
    // It begins a session and belongs to none.
    if (message["method"] === "initialize") headers.delete("mcp-session-id");
    for (const [name, value] of Object.entries(this.mirrored.of(message))) headers.set(name, value);
    const { fetch, url } = this.#options;
    return await fetch(url, { method: "POST", headers, body: toJson(message), signal });
  }

  /**
   * Opens a stream of events: what comes after an event, or what belongs to no request.
   *
   * @throws {NotMcpServerError} If the server answers with something else.
   */
  async openStream(lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const { fetch, url, name } = this.#options;
    const headers = this.#commonHeaders();
    headers.set("accept", "text/event-stream");
    if (lastEventId !== undefined) headers.set("last-event-id", lastEventId);
    const response = await fetch(url, { method: "GET", headers, signal });
    if (response.ok && mediaTypeOf(response) === "text/event-stream") return response;
    await response.body?.cancel();
    throw new NotMcpServerError(name, `it answered with HTTP status ${response.status}`);
  }

  /** Ends the session. */
  async endSession(signal: AbortSignal): Promise<void> {
    const { fetch, url } = this.#options;
    const headers = this.#commonHeaders();
    const response = await fetch(url, { method: "DELETE", headers, signal });
    await response.body?.cancel();
  }

  #commonHeaders(): Headers {
    const headers = new Headers(this.#options.headers);
    if (this.sessionId !== undefined) headers.set("mcp-session-id", this.sessionId);
    if (this.version !== undefined) headers.set("mcp-protocol-version", this.version);
    return headers;
  }
}
