import { type Config, createConfig } from "../config/mod.ts";
import type { InputHandlers, McpClient, OAuthOptions, RecoveryOptions } from "../mcp/mod.ts";
import { ClientEndpoints } from "./client_endpoints.ts";
import type { ClientTarget } from "./client_target.ts";
import { VERSION } from "./version.ts";

/** How a client connects. */
export interface CreateClientOptions {
  /** Presented to a peer. @default {undefined} what the configuration says */
  readonly token?: string | undefined;
  /** Presented to an HTTP server as a bearer token, or where one comes from. @default {undefined} none */
  readonly bearer?: string | (() => Promise<string>) | undefined;
  /** How to log in at an HTTP server that wants it. @default {undefined} not at all */
  readonly oauth?: Omit<OAuthOptions, "url"> | undefined;
  /** What the server may ask during calls. @default {{}} nothing */
  readonly handlers?: InputHandlers | undefined;
  /** How to go on when the connection is lost. @default {{}} */
  readonly recovery?: RecoveryOptions | undefined;
  /** Which protocol era to speak. @default {"auto"} the newest that the server knows */
  readonly era?: "auto" | "legacy" | undefined;
  /** Where token and peer-to-peer settings come from. @default {createConfig()} */
  readonly config?: Config | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connect to an MCP server: by URL, by its address in the peer-to-peer network, by the command that
 * starts it, or by its name in a list. The client connects again when the connection is lost.
 *
 * @param target Which server; see {@linkcode ClientTarget}.
 * @param options Credentials, settings, cancellation.
 * @returns The connection. Dispose it.
 * @throws {InvalidTargetError} If the target says nowhere where the server is.
 * @throws {AppError} `server_unreachable`, `peer_unreachable`, `unauthorized`, `unknown_server`, ….
 */
export async function createClient(
  target: ClientTarget,
  options: CreateClientOptions = {},
): Promise<McpClient> {
  const { signal, era, handlers, recovery } = options;
  signal?.throwIfAborted();
  const { config = createConfig() } = options;
  await using resources = new AsyncDisposableStack();
  const endpoints = await resources.use(new ClientEndpoints(config, options)).resolve(target);
  const { connectMcpClient, lendClient } = await import("../mcp/client/mod.ts");
  const clientInfo = { name: "mcpp", version: VERSION };
  const client = resources.use(
    await connectMcpClient(endpoints, { clientInfo, era, handlers, recovery, signal }),
  );
  // What was opened for the client is closed with it.
  const owned = resources.move();
  return lendClient(client, () => owned.disposeAsync());
}
