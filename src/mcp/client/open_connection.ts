import { abortable, moveOnAfter } from "../../concurrency/mod.ts";
import { DEFAULT_RPC_LIMITS, FrameChannel } from "../../rpc/mod.ts";
import type { Connection } from "./connection.ts";
import { type Attempt, connectTransport } from "./connect_transport.ts";
import {
  type HttpEndpoint,
  type McpEndpoint,
  type StdioEndpoint,
  type StreamEndpoint,
  toEndpointName,
} from "./endpoint.ts";
import { ConnectionLostError, NotMcpServerError, ServerTimeoutError } from "./errors.ts";
import { HttpTransport } from "./http_transport.ts";
import { createMcpFetch } from "./mcp_fetch.ts";
import { SseTransport } from "./sse_transport.ts";
import { StdioTransport } from "./stdio_transport.ts";
import { StreamTransport } from "./stream_transport.ts";

/** How long ending a server's session may take. */
const GOODBYE_TIMEOUT_MS = 2_000;

/** With these a server of the oldest revision answers what it does not know. */
const MAYBE_SSE: ReadonlySet<number | undefined> = new Set([400, 404, 405]);

/**
 * Connect to one server, once.
 *
 * @param endpoint Where it is.
 * @param options Who we are, and when to give up.
 * @returns The connection.
 * @throws {ServerTimeoutError} If the answer takes too long.
 */
export async function openConnection(
  endpoint: McpEndpoint,
  options: Omit<Attempt, "server">,
): Promise<Connection> {
  const { connectTimeoutMs, clock, signal } = options;
  const server = toEndpointName(endpoint);
  const connected = await moveOnAfter(
    connectTimeoutMs,
    (limited) => connectEndpoint(endpoint, { ...options, server, signal: limited }),
    { clock, signal },
  );
  if (connected.timedOut) throw new ServerTimeoutError(server, connectTimeoutMs);
  return connected.value;
}

async function connectEndpoint(endpoint: McpEndpoint, attempt: Attempt): Promise<Connection> {
  if ("url" in endpoint) return await connectHttp(endpoint, attempt);
  const connect = "command" in endpoint
    ? (tried: Attempt) => connectStdio(endpoint, tried)
    : (tried: Attempt) => connectStream(endpoint, tried);
  return await orLegacy(attempt, connect);
}

/** Some older servers end the connection at the first message that they do not know. */
async function orLegacy(
  attempt: Attempt,
  connect: (attempt: Attempt) => Promise<Connection>,
): Promise<Connection> {
  try {
    return await connect(attempt);
  } catch (error) {
    const mayBeOlder = error instanceof ConnectionLostError || error instanceof NotMcpServerError;
    if (attempt.era === "legacy" || !mayBeOlder) throw error;
    return await connect({ ...attempt, era: "legacy" });
  }
}

async function connectHttp(endpoint: HttpEndpoint, attempt: Attempt): Promise<Connection> {
  if (endpoint.transport === "sse") return await connectSse(endpoint, attempt);
  try {
    return await connectStreamable(endpoint, attempt);
  } catch (error) {
    if (!(error instanceof NotMcpServerError) || !MAYBE_SSE.has(error.status)) throw error;
    try {
      return await connectSse(endpoint, attempt);
    } catch {
      // Then it is no MCP server at all, and the first answer says more about what it is.
      attempt.signal.throwIfAborted();
      throw error;
    }
  }
}

async function connectStreamable(endpoint: HttpEndpoint, attempt: Attempt): Promise<Connection> {
  const { headers } = endpoint;
  const { clock, server } = attempt;
  const request = createMcpFetch({ ...endpoint, server });
  const transport = new HttpTransport(toUrl(endpoint), { headers, clock, fetch: request });
  return await connectTransport(transport, attempt, async (client) => {
    // A server that keeps sessions can forget this one; without a session nothing is sent.
    await moveOnAfter(
      GOODBYE_TIMEOUT_MS,
      (signal) => abortable(transport.terminateSession().catch(() => {}), signal),
      { clock },
    );
    await client.close();
  });
}

async function connectSse(endpoint: HttpEndpoint, attempt: Attempt): Promise<Connection> {
  const { headers } = endpoint;
  const { server } = attempt;
  const request = createMcpFetch({ ...endpoint, server, hasSessionUrl: true });
  const transport = new SseTransport(toUrl(endpoint), { headers, server, fetch: request });
  // Whoever has this transport knows no newer era.
  return await connectTransport(
    transport,
    { ...attempt, era: "legacy" },
    (client) => client.close(),
  );
}

function toUrl({ url }: HttpEndpoint): URL {
  return new URL(url);
}

async function connectStdio(endpoint: StdioEndpoint, attempt: Attempt): Promise<Connection> {
  const transport = new StdioTransport(endpoint, { clock: attempt.clock });
  return await connectTransport(transport, attempt, (client) => client.close());
}

async function connectStream(endpoint: StreamEndpoint, attempt: Attempt): Promise<Connection> {
  const { token, maxFrameBytes = DEFAULT_RPC_LIMITS.maxFrameBytes } = endpoint;
  const stream = await endpoint.openStream({ signal: attempt.signal });
  const { clock } = attempt;
  const channel = new FrameChannel(stream, { ...DEFAULT_RPC_LIMITS, maxFrameBytes, clock });
  const transport = new StreamTransport(channel, { token });
  return await connectTransport(
    transport,
    { ...attempt, server: stream.remotePeerId },
    (client) => client.close(),
  );
}
