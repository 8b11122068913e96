import { abortable, type Clock, moveOnAfter, systemClock } from "../../concurrency/mod.ts";
import type { Stream } from "../../network/mod.ts";
import { DEFAULT_RPC_LIMITS, FrameChannel } from "../../rpc/mod.ts";
import { type Attempt, connectTransport } from "./connect_transport.ts";
import { ConnectionLostError, NotMcpServerError, ServerTimeoutError } from "./errors.ts";
import { HttpTransport } from "./http_transport.ts";
import type { McpClient } from "./mcp_client.ts";
import { StreamTransport } from "./stream_transport.ts";

/** How long ending a server's session may take. */
const GOODBYE_TIMEOUT_MS = 2_000;

/** Where a server is. */
export type McpEndpoint = HttpEndpoint | StreamEndpoint;

/** A server over HTTP. */
export interface HttpEndpoint {
  /** Its URL, path included, such as `http://127.0.0.1:8000/mcp`. */
  readonly url: string | URL;
  /** Headers of every request, such as `Authorization`. @default {{}} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A server at the other end of a peer-to-peer stream. */
export interface StreamEndpoint {
  /** Opens a stream to the peer. A second one is opened if the peer ends the first unprompted. */
  readonly openStream: (options: { readonly signal: AbortSignal }) => Promise<Stream>;
  /** What authorises us there. @default {undefined} the peer knows us */
  readonly token?: string | undefined;
  /** Largest message in bytes, both ways. @default {1048576} */
  readonly maxFrameBytes?: number | undefined;
}

/** Options of {@linkcode connectMcpClient}. */
export interface ConnectMcpClientOptions {
  /** Who we say we are. @default {{ name: "mcpp", version: "0.0.0" }} */
  readonly clientInfo?: { readonly name: string; readonly version: string } | undefined;
  /** Which protocol era to speak. @default {"auto"} the newest that the server knows */
  readonly era?: "auto" | "legacy" | undefined;
  /** Give up connecting after this time. @default {15000} */
  readonly connectTimeoutMs?: number | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Gives up connecting. It does not end the connection later. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connect to an MCP server, of whatever protocol revision.
 *
 * @param endpoint Where it is.
 * @param options Who we are, and when to give up.
 * @returns The connection. Dispose it.
 * @throws {ServerUnreachableError} If nobody answers there.
 * @throws {ServerTimeoutError} If the answer takes too long.
 * @throws {ServerUnauthorizedError} If the server does not admit us.
 * @throws {NotMcpServerError} If it is something else that answers.
 * @throws {unknown} The signal's reason.
 */
export async function connectMcpClient(
  endpoint: McpEndpoint,
  options: ConnectMcpClientOptions = {},
): Promise<McpClient> {
  const { era = "auto", connectTimeoutMs = 15_000, clock = systemClock, signal } = options;
  const server = "url" in endpoint ? String(endpoint.url) : "peer";
  const connected = await moveOnAfter(
    connectTimeoutMs,
    (limited) => {
      const { clientInfo } = options;
      const attempt = { server, era, connectTimeoutMs, clock, clientInfo, signal: limited };
      return "url" in endpoint ? connectHttp(endpoint, attempt) : connectStream(endpoint, attempt);
    },
    { clock, signal },
  );
  if (connected.timedOut) throw new ServerTimeoutError(server, connectTimeoutMs);
  return connected.value;
}

async function connectHttp(endpoint: HttpEndpoint, attempt: Attempt): Promise<McpClient> {
  const transport = new HttpTransport(new URL(endpoint.url), {
    ...(endpoint.headers !== undefined && { requestInit: { headers: endpoint.headers } }),
  });
  return await connectTransport(transport, attempt, async (client) => {
    // A server that keeps sessions can forget this one; without a session nothing is sent.
    await moveOnAfter(
      GOODBYE_TIMEOUT_MS,
      (signal) => abortable(transport.terminateSession().catch(() => {}), signal),
      { clock: attempt.clock },
    );
    await client.close();
  });
}

/** Some older peers end the stream at the first message that they do not know. */
async function connectStream(endpoint: StreamEndpoint, attempt: Attempt): Promise<McpClient> {
  try {
    return await connectOneStream(endpoint, attempt);
  } catch (error) {
    const mayBeOlder = error instanceof ConnectionLostError || error instanceof NotMcpServerError;
    if (attempt.era === "legacy" || !mayBeOlder) throw error;
    return await connectOneStream(endpoint, { ...attempt, era: "legacy" });
  }
}

async function connectOneStream(endpoint: StreamEndpoint, attempt: Attempt): Promise<McpClient> {
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
