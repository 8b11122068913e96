import { Client, type Transport } from "@modelcontextprotocol/client";
import { abortable, type Clock } from "../../concurrency/mod.ts";
import type { McpClient } from "./mcp_client.ts";
import { SdkMcpClient } from "./sdk_mcp_client.ts";
import { toClientError } from "./to_client_error.ts";

/** One try to connect. */
export interface Attempt {
  /** URL or peer, for error messages. */
  readonly server: string;
  readonly era: "auto" | "legacy";
  readonly clientInfo: { readonly name: string; readonly version: string } | undefined;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

/**
 * Agree with a server on a protocol version over a transport that is not started yet.
 *
 * @param transport The transport; closed if this fails.
 * @param attempt Who we are, and when to give up.
 * @param hangUp Ends the connection later.
 * @returns The connection.
 */
export async function connectTransport(
  transport: Transport,
  attempt: Attempt,
  hangUp: (client: Client) => Promise<void>,
): Promise<McpClient> {
  const { server, connectTimeoutMs, signal } = attempt;
  const { name, version } = attempt.clientInfo ?? { name: "mcpp", version: "0.0.0" };
  const client = new Client({ name, version }, { versionNegotiation: { mode: attempt.era } });
  const context = { server, connectTimeoutMs };
  const connecting = client.connect(transport);
  try {
    await abortable(connecting, signal);
    return new SdkMcpClient(client, { context, hangUp: () => hangUp(client) });
  } catch (error) {
    await transport.close();
    await connecting.catch(() => {});
    signal.throwIfAborted();
    throw toClientError(error, context);
  }
}
