import { type Clock, systemClock } from "../../concurrency/mod.ts";
import type { Connection } from "./connection.ts";
import type { Attempt } from "./connect_transport.ts";
import { type McpEndpoint, toEndpointName } from "./endpoint.ts";
import { AllServersFailedError } from "./errors.ts";
import type { InputHandlers } from "./input_handlers.ts";
import type { McpClient } from "./mcp_client.ts";
import { openConnection } from "./open_connection.ts";
import { RecoveringMcpClient, type RecoveryOptions } from "./recovering_mcp_client.ts";

/** Options of {@linkcode connectMcpClient}. */
export interface ConnectMcpClientOptions {
  /** Who we say we are. @default {{ name: "mcpp", version: "0.0.0" }} */
  readonly clientInfo?: { readonly name: string; readonly version: string } | undefined;
  /** Which protocol era to speak. @default {"auto"} the newest that the server knows */
  readonly era?: "auto" | "legacy" | undefined;
  /**
   * Give up connecting to one server after this time.
   *
   * @default {15000} for programs 60000; longer if a person has to log in
   */
  readonly connectTimeoutMs?: number | undefined;
  /** What the server may ask us during calls. @default {{}} nothing */
  readonly handlers?: InputHandlers | undefined;
  /** How to go on when the connection is lost. @default {{}} */
  readonly recovery?: RecoveryOptions | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Gives up connecting. It does not end the connection later. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connect to an MCP server, of whatever protocol revision. The connection is made again when it is
 * lost, by the next request; requests are repeated if that is safe.
 *
 * @param endpoints Where the server is, or several in the order of preference: the first that answers
 * is used, now and whenever the connection is made again.
 * @param options Who we are, and when to give up.
 * @returns The client. Dispose it.
 * @throws {ServerUnreachableError} If nobody answers there.
 * @throws {ServerTimeoutError} If the answer takes too long.
 * @throws {ServerUnauthorizedError} If the server does not admit us.
 * @throws {NotMcpServerError} If it is something else that answers.
 * @throws {CannotStartServerError} If a program cannot be started.
 * @throws {AllServersFailedError} If there are several, and none can be used.
 * @throws {unknown} The signal's reason.
 */
export async function connectMcpClient(
  endpoints: McpEndpoint | readonly McpEndpoint[],
  options: ConnectMcpClientOptions = {},
): Promise<McpClient> {
  const { clock = systemClock, recovery = {} } = options;
  const candidates = toList(endpoints);
  const server = candidates.map(toEndpointName).join(", ");
  const connect = (signal: AbortSignal): Promise<Connection> =>
    connectFirst(candidates, options, signal);
  const connection = await connect(options.signal ?? new AbortController().signal);
  return new RecoveringMcpClient(connection, { connect, server, recovery, clock });
}

async function connectFirst(
  endpoints: readonly McpEndpoint[],
  options: ConnectMcpClientOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const errors: unknown[] = [];
  for (const endpoint of endpoints) {
    try {
      return await openConnection(endpoint, toAttempt(endpoint, options, signal));
    } catch (error) {
      signal.throwIfAborted();
      errors.push(error);
    }
  }
  throw errors.length === 1 ? errors[0] : new AllServersFailedError(errors);
}

function toAttempt(
  endpoint: McpEndpoint,
  options: ConnectMcpClientOptions,
  signal: AbortSignal,
): Omit<Attempt, "server"> {
  const { era = "auto", clock = systemClock, clientInfo, handlers } = options;
  const { connectTimeoutMs = defaultTimeoutMs(endpoint) } = options;
  return { era, clock, clientInfo, handlers, connectTimeoutMs, signal };
}

function toList(endpoints: McpEndpoint | readonly McpEndpoint[]): readonly McpEndpoint[] {
  const list = Array.isArray(endpoints) ? endpoints : [endpoints];
  if (list.length === 0) throw new TypeError("Cannot connect as no server was given");
  return list;
}

function defaultTimeoutMs(endpoint: McpEndpoint): number {
  // A program may have to be fetched first.
  if ("command" in endpoint) return 60_000;
  const patienceMs = "url" in endpoint ? endpoint.credentials?.patienceMs ?? 0 : 0;
  return 15_000 + patienceMs;
}
