import { systemClock } from "../concurrency/mod.ts";
import { type Config, createConfig } from "../config/mod.ts";
import { AppError } from "../error/mod.ts";
import type { McpClient } from "../mcp/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { openNetwork } from "./open_network.ts";
import { readSecrets } from "./read_secrets.ts";
import { VERSION } from "./version.ts";

/** How a client connects. */
export interface CreateClientOptions {
  /** Presented to a peer. @default {undefined} what the configuration says */
  readonly token?: string | undefined;
  /** Where token and peer-to-peer settings come from. @default {createConfig()} */
  readonly config?: Config | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
}

/** A client was asked for something that is neither a URL nor a multiaddr. */
export class InvalidTargetError extends AppError {
  /** `InvalidTargetError`. */
  override readonly name = "InvalidTargetError";
  /** `invalid_url`. */
  readonly code = "invalid_url";

  /**
   * Makes the error.
   *
   * @param target What was given.
   */
  constructor(readonly target: string) {
    super(`Cannot connect as the target is neither an http URL nor a multiaddr: "${target}"`, {
      hint: 'Give a URL such as "http://127.0.0.1:8000/mcp", or an address that a node prints',
    });
  }
}

/**
 * Connect to an MCP server by URL, or to a node by its address in the peer-to-peer network.
 *
 * @param target `http://…`, or a multiaddr that ends in `/p2p/<peer id>`.
 * @param options Token, settings, cancellation.
 * @returns The connection. Dispose it.
 * @throws {InvalidTargetError} If the target is neither.
 * @throws {AppError} `server_unreachable`, `peer_unreachable`, `unauthorized`, ….
 */
export async function createClient(
  target: string,
  options: CreateClientOptions = {},
): Promise<McpClient> {
  options.signal?.throwIfAborted();
  if (target.startsWith("/")) return await connectPeer(target, options);
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidTargetError(target);
  const { connectMcpClient } = await import("../mcp/client/mod.ts");
  return await connectMcpClient({ url }, { clientInfo: CLIENT_INFO, signal: options.signal });
}

const CLIENT_INFO = { name: "mcpp", version: VERSION };

async function connectPeer(multiaddr: string, options: CreateClientOptions): Promise<McpClient> {
  const { config = createConfig(), signal } = options;
  const { token } = await readSecrets(config, getLogger("client"));
  const { connectMcpClient, MCP_P2P_PROTOCOL } = await import("../mcp/client/mod.ts");
  await using resources = new AsyncDisposableStack();
  const network = resources.use(
    await openNetwork(config.p2p, {
      isListening: false,
      clock: systemClock,
      signal,
    }),
  );
  const client = resources.use(
    await connectMcpClient({
      openStream: (streamOptions) =>
        network.openStream({ multiaddr }, MCP_P2P_PROTOCOL, streamOptions),
      token: options.token ?? token,
    }, { clientInfo: CLIENT_INFO, signal }),
  );
  return ownedClient(client, resources.move());
}

/** A client that closes its network with itself. */
function ownedClient(client: McpClient, resources: AsyncDisposableStack): McpClient {
  return {
    serverInfo: client.serverInfo,
    era: client.era,
    protocolVersion: client.protocolVersion,
    instructions: client.instructions,
    listTools: (options) => client.listTools(options),
    callTool: (name, args, options) => client.callTool(name, args, options),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
