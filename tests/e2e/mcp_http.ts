import assert from "node:assert/strict";
import { EventSourceParserStream } from "eventsource-parser/stream";

/** A message of MCP, as it goes over the wire. */
// deno-lint-ignore no-explicit-any -- the shape differs from method to method
export type Message = Record<string, any>;

/** An event of a stream, with its message read. */
export interface StreamEvent {
  readonly id: string | undefined;
  /** `undefined` for an event without data. */
  readonly message: Message | undefined;
}

const HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** Post a message without any client library. */
export function postMessage(
  url: string,
  message: Message,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { ...HEADERS, ...options.headers },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
}

/** A request of the modern era: everything that it needs is in it. */
export function modernRequest(id: number, method: string, params: Message = {}): Message {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    ...params["_meta"],
  };
  return { id, method, params: { ...params, "_meta": meta } };
}

/** The headers that go with a request of the modern era. */
export function modernHeaders({ method, params }: Message): Readonly<Record<string, string>> {
  const name = params?.name ?? params?.uri;
  return {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": method,
    ...(name !== undefined && { "mcp-name": name }),
  };
}

/** Begin a session of the legacy era; gives the headers of its further requests. */
export async function openSession(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const protocolVersion = "2025-11-25";
  const clientInfo = { name: "raw", version: "1.0.0" };
  const response = await postMessage(url, {
    id: 0,
    method: "initialize",
    params: { protocolVersion, capabilities: {}, clientInfo },
  }, { headers });
  assert.equal(response.status, 200, await response.clone().text());
  await response.body?.cancel();
  const sessionId = response.headers.get("mcp-session-id");
  assert.ok(sessionId !== null);
  const session = {
    ...headers,
    "mcp-session-id": sessionId,
    "mcp-protocol-version": protocolVersion,
  };
  const initialized = await postMessage(url, { method: "notifications/initialized" }, {
    headers: session,
  });
  assert.equal(initialized.status, 202);
  await initialized.body?.cancel();
  return session;
}

/** The events of an answer that is a stream, as they come. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  assert.equal(response.status, 200, await (response.ok ? "" : response.text()));
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.ok(response.body !== null);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, data } of events) {
    yield { id, message: data === "" ? undefined : JSON.parse(data) };
  }
}

/** The answer, whatever form it comes in. */
export async function readAnswer(response: Response): Promise<Message> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return await response.json();
  }
  for await (const { message } of readEvents(response)) {
    if (message !== undefined && !("method" in message)) return message;
  }
  assert.fail("The stream ended without an answer");
}
