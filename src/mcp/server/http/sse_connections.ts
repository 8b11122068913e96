import type { Clock, TaskGroup } from "../../../concurrency/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { ANONYMOUS, type Principal } from "../../principal.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import { parseMessage } from "../../protocol/parse_message.ts";
import type { McpService } from "../engine/mcp_service.ts";
import { createSessionId } from "../session/session_id.ts";
import { isJsonType } from "./accepted_types.ts";
import type { McpFetchOptions } from "./mcp_fetch_handler.ts";
import { createJsonBodyReader, type JsonBodyReader } from "./create_json_body_reader.ts";
import type { SseHandler, SseHandlerStatistics } from "./create_sse_handler.ts";
import type { EventStreamOptions } from "./event_stream.ts";
import { accept, refuse, refuseAsStopping } from "./refuse.ts";
import { type RunSseOptions, SseConnection } from "./sse_connection.ts";

/** What {@linkcode SseConnections} is made of. */
export interface SseConnectionsDeps {
  readonly group: TaskGroup;
  readonly service: McpService;
  readonly messagesPath: string;
  readonly maxSessions: number;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly maxResultBytes: number;
  readonly stream: Pick<EventStreamOptions, "keepAliveMs" | "clock">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** All clients that are connected over HTTP+SSE. */
export class SseConnections implements SseHandler {
  readonly #deps: SseConnectionsDeps;
  readonly #connections = new Map<string, SseConnection>();
  readonly #readBody: JsonBodyReader;
  #isDraining = false;
  #closing: Promise<void> | undefined;

  constructor(deps: SseConnectionsDeps) {
    this.#deps = deps;
    this.#readBody = createJsonBodyReader(deps);
  }

  connect(_request: Request, options: McpFetchOptions = {}): Response {
    const { group, maxSessions, messagesPath } = this.#deps;
    if (this.#isOver || this.#isDraining) return refuseAsStopping();
    if (this.#connections.size >= maxSessions) {
      const message = `Cannot open session as there are ${maxSessions} already`;
      return refuse(503, message, { headers: { "retry-after": "5" } });
    }
    const id = createSessionId();
    const { principal = ANONYMOUS, signal } = options;
    const connection = new SseConnection({ ...this.#deps, principal });
    const ends = { endpoint: `${messagesPath}?sessionId=${id}`, signal };
    try {
      group.spawn(
        "mcp sse session",
        (stopping) => this.#serve(id, connection, { ...ends, stopping }),
      );
    } catch {
      // Only a group that is over refuses a child.
      connection.close();
      return refuseAsStopping();
    }
    this.#connections.set(id, connection);
    return connection.response;
  }

  async post(request: Request, options: McpFetchOptions = {}): Promise<Response> {
    try {
      return this.#isOver ? refuseAsStopping() : await this.#post(request, options);
    } catch (error) {
      this.#deps.logger.error("MCP message failed unexpectedly", { error });
      return refuse(500, "Cannot take message as the server failed unexpectedly");
    }
  }

  drain(): void {
    this.#isDraining = true;
    for (const connection of this.#connections.values()) connection.drain();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  statistics(): SseHandlerStatistics {
    return Object.freeze({ sessions: this.#connections.size });
  }

  async #close(): Promise<void> {
    const connections = [...this.#connections.values()];
    for (const connection of connections) connection.close();
    await Promise.all(connections.map((connection) => connection.ended));
  }

  get #isOver(): boolean {
    return this.#closing !== undefined || this.#deps.group.signal.aborted;
  }

  async #serve(id: string, connection: SseConnection, options: RunSseOptions): Promise<void> {
    try {
      await connection.run(options);
    } finally {
      this.#connections.delete(id);
    }
  }

  async #post(request: Request, { principal = ANONYMOUS }: McpFetchOptions): Promise<Response> {
    if (request.method !== "POST") {
      return refuse(405, "Cannot take message as it is not posted", { headers: { allow: "POST" } });
    }
    const connection = this.#find(request, principal);
    if (connection instanceof Response) return connection;
    if (!isJsonType(request.headers.get("content-type"))) {
      return refuse(415, "Cannot read message as it is not application/json");
    }
    const body = await this.#readBody(request);
    if (!body.ok) return refuse(body.status, body.message);
    const message = parseMessage(body.value);
    if ("problem" in message) {
      const { problem, id } = message;
      const code = McpErrorCode.invalidRequest;
      return refuse(400, `Cannot take message as ${problem}`, { code, id });
    }
    if (connection.take(message)) return accept();
    const text = "Cannot take request as too many wait for their answers";
    return refuse(429, text, { headers: { "retry-after": "1" } });
  }

  #find(request: Request, principal: Principal): SseConnection | Response {
    // A request can name a host with a port that no machine has.
    const id = URL.parse(request.url)?.searchParams.get("sessionId") ?? null;
    if (id === null) {
      return refuse(400, "Cannot take message as it names no session", { code: -32000 });
    }
    const connection = this.#connections.get(id);
    // Who finds another's id somewhere learns nothing, not even that there is such a session.
    if (connection === undefined || connection.principal.id !== principal.id) {
      return refuse(404, "Cannot take message as there is no such session");
    }
    return connection;
  }
}
