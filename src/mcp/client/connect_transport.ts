import { Client, type Transport } from "@modelcontextprotocol/client";
import { abortable, type Clock } from "../../concurrency/mod.ts";
import type { Connection } from "./connection.ts";
import { addInputHandlers, type InputHandlers, toCapabilities } from "./input_handlers.ts";
import { SdkMcpClient } from "./sdk_mcp_client.ts";
import { toClientError } from "./to_client_error.ts";

/** A list is at most this many pages; the SDK's own limit is too short for a queue's tasks. */
const MAX_LIST_PAGES = 1_000;

/** The longest time that a timer can have: the attempt's signal is the only limit. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** How long a program may think about which era it speaks, before it is taken for an old one. */
const STDIO_PROBE_TIMEOUT_MS = 5_000;

/** One try to connect. */
export interface Attempt {
  /** URL or peer, for error messages. */
  readonly server: string;
  readonly era: "auto" | "legacy";
  readonly clientInfo: { readonly name: string; readonly version: string } | undefined;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** What the server may ask us. @default {{}} nothing */
  readonly handlers?: InputHandlers | undefined;
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
): Promise<Connection> {
  const { server, connectTimeoutMs, signal, clock, handlers = {} } = attempt;
  const { name, version } = attempt.clientInfo ?? { name: "mcpp", version: "0.0.0" };
  const isStdio = "pid" in transport;
  const client = new Client({ name, version }, {
    capabilities: toCapabilities(handlers),
    versionNegotiation: {
      mode: attempt.era,
      ...(isStdio && { probe: { timeoutMs: STDIO_PROBE_TIMEOUT_MS } }),
    },
    listMaxPages: MAX_LIST_PAGES,
  });
  addInputHandlers(client, handlers);
  const context = { server, connectTimeoutMs };
  const connecting = client.connect(transport, { timeout: NO_TIMEOUT_MS });
  try {
    await abortable(connecting, signal);
    return new SdkMcpClient(client, { context, clock, hangUp: () => hangUp(client) });
  } catch (error) {
    await transport.close();
    await connecting.catch(() => {});
    signal.throwIfAborted();
    throw toClientError(error, context);
  }
}
