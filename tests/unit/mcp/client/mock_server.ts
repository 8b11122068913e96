import type { JsonObject } from "../../../../src/codec/mod.ts";

/** A request to a mock server. */
export interface MockRequest {
  readonly request: Request;
  /** The JSON-RPC message in its body; `{}` if it has none. */
  readonly message: JsonObject;
  /** Its method; "" if it has none. */
  readonly method: string;
}

/** Answers a request; `undefined` leaves it to the mock server. */
export type MockAnswer = (
  request: MockRequest,
) => Response | JsonObject | undefined | Promise<Response | JsonObject | undefined>;

/** Options of {@linkcode openMockServer}. */
export interface MockServerOptions {
  readonly era: "legacy" | "modern";
  /** What it does otherwise than a server with one tool, `echo`. */
  readonly answer?: MockAnswer;
  readonly capabilities?: JsonObject;
  readonly tools?: readonly JsonObject[];
  readonly port?: number;
}

/** An MCP server that does what a test wants. */
export interface MockServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Methods of all messages that came, and `GET` and `DELETE`. */
  readonly seen: readonly string[];
  /** All requests. */
  readonly requests: readonly MockRequest[];
  /** How many sessions there were. */
  readonly sessions: () => number;
  /** Forget all sessions. */
  readonly forget: () => void;
}

const ECHO: JsonObject = { name: "echo", inputSchema: { type: "object" } };

/** Begin to listen. */
export function openMockServer(options: MockServerOptions): MockServer {
  const seen: string[] = [];
  const requests: MockRequest[] = [];
  const sessions = new Set<string>();
  let opened = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    async (request) => {
      const text = await request.text();
      const message: JsonObject = text === "" ? {} : JSON.parse(text);
      const method = typeof message["method"] === "string" ? message["method"] : "";
      const exchange = { request, message, method };
      seen.push(method === "" ? request.method : method);
      requests.push(exchange);
      const session = request.headers.get("mcp-session-id");
      if (session !== null && !sessions.has(session)) {
        return new Response("Session not found", { status: 404 });
      }
      const answer = await options.answer?.(exchange);
      if (answer instanceof Response) return answer;
      if (answer !== undefined) return toResponse(message, answer);
      if (request.method === "DELETE") {
        sessions.delete(session ?? "");
        return new Response(null, { status: 200 });
      }
      if (request.method === "GET") return new Response(null, { status: 405 });
      if (message["id"] === undefined) return new Response(null, { status: 202 });
      if (method === "initialize" && options.era === "legacy") {
        const id = `session-${++opened}`;
        sessions.add(id);
        return toResponse(message, initialized(options), { "mcp-session-id": id });
      }
      const result = standardResult(exchange, options);
      return result === undefined ? notFound(message) : toResponse(message, result);
    },
  );
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    seen,
    requests,
    sessions: () => opened,
    forget: () => sessions.clear(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** One event of a stream. */
export function toEvent(
  data: JsonObject | "",
  options: { id?: string; retryMs?: number } = {},
): string {
  const lines = [
    ...(options.id === undefined ? [] : [`id: ${options.id}`]),
    ...(options.retryMs === undefined ? [] : [`retry: ${options.retryMs}`]),
    `data: ${data === "" ? "" : JSON.stringify(data)}`,
  ];
  return `${lines.join("\n")}\n\n`;
}

/** An answer that is a stream of these events, and then ends. */
export function streamOf(...events: readonly string[]): Response {
  return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
}

/** The answer to a request. */
export function resultOf(message: JsonObject, result: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id: message["id"] ?? null, result };
}

/** The result of a tool. */
export function toolText(text: string): JsonObject {
  return { content: [{ type: "text", text }], resultType: "complete" };
}

function toResponse(
  message: JsonObject,
  result: JsonObject,
  headers: Record<string, string> = {},
): Response {
  return Response.json(resultOf(message, result), { headers });
}

function notFound(message: JsonObject): Response {
  const error = { code: -32601, message: "Method not found" };
  return Response.json({ jsonrpc: "2.0", id: message["id"], error }, { status: 404 });
}

function initialized({ capabilities = { tools: {} } }: MockServerOptions): JsonObject {
  return {
    protocolVersion: "2025-11-25",
    capabilities,
    serverInfo: { name: "mock", version: "1.0.0" },
  };
}

function standardResult(
  { method, message }: MockRequest,
  { era, tools = [ECHO], capabilities = { tools: {} } }: MockServerOptions,
): JsonObject | undefined {
  const common = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
  if (method === "server/discover" && era === "modern") {
    return { ...common, supportedVersions: ["2026-07-28"], capabilities };
  }
  if (method === "tools/list") return { ...common, tools };
  if (method === "tools/call") {
    const params = message["params"] as JsonObject;
    return toolText(JSON.stringify(params["arguments"] ?? {}));
  }
  return undefined;
}
