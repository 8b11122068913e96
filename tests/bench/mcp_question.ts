import type { HttpQuestion } from "./http_load.ts";

const ARGUMENTS = { name: "echo", arguments: { text: "hi" } };
const MODERN = "2026-07-28";
const LEGACY = "2025-11-25";
const CLIENT = { name: "bench", version: "1.0.0" };

/** A call of the tool `echo` that belongs to no session. */
export function callWithoutSession(url: string): HttpQuestion {
  return toQuestion(url, ARGUMENTS, {});
}

/** A call of the tool `echo` as clients of 2026-07-28 send it. */
export function callModern(url: string): HttpQuestion {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return toQuestion(url, { ...ARGUMENTS, _meta: meta }, {
    "mcp-protocol-version": MODERN,
    "mcp-method": "tools/call",
    "mcp-name": "echo",
  });
}

/** A call of the tool `echo` in a session that this begins. */
export async function callInSession(url: string): Promise<HttpQuestion> {
  const headers = { ...await beginSession(url), "mcp-protocol-version": LEGACY };
  return toQuestion(url, ARGUMENTS, headers);
}

/**
 * Begin a session.
 *
 * @param url Of the endpoint.
 * @returns The header that names it.
 */
export async function beginSession(url: string): Promise<Readonly<Record<string, string>>> {
  const response = await post(url, {
    id: 1,
    method: "initialize",
    params: { protocolVersion: LEGACY, capabilities: {}, clientInfo: CLIENT },
  }, {});
  const id = response.headers.get("mcp-session-id");
  if (id === null) throw new Error(`${url} begins no session: ${response.status}`);
  const headers = { "mcp-session-id": id };
  await post(url, { method: "notifications/initialized" }, headers);
  return headers;
}

async function post(
  url: string,
  message: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  });
  await response.body?.cancel();
  return response;
}

function toQuestion(
  url: string,
  params: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): HttpQuestion {
  const end = JSON.stringify(params);
  return {
    url,
    headers,
    toBody: (id) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${end}}`,
    expected: `"text":"hi"`,
  };
}
