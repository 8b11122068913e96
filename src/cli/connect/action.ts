import { connectRelay } from "../../app/mod.ts";
import { isCancellation } from "../../concurrency/mod.ts";
import { readClientCredentials } from "../client_credentials.ts";
import { type ClientCommandOptions, toClientTarget } from "../client_options.ts";
import { UsageError } from "../errors.ts";
import { EXIT } from "../exit_code.ts";
import { configureCommandLogging } from "../logging.ts";
import { listenForStop } from "../stop_signal.ts";
import type { ClientCommandInput } from "../with_client.ts";

/** The options of `mcpp connect`. */
export type ConnectOptions = Pick<
  ClientCommandOptions,
  "server" | "servers" | "bearerFile" | "oauth"
>;

/** One `mcpp connect`. */
export interface ConnectInput extends ClientCommandInput<ConnectOptions> {
  /** As given on the command line. */
  readonly target: string | undefined;
}

/**
 * Relay between standard input and output and a server, until the input ends, or SIGINT or SIGTERM.
 *
 * @param input Which server.
 * @returns The exit code.
 */
export async function connect(input: ConnectInput): Promise<number> {
  const { target, options, config, terminal } = input;
  const { server, servers } = options;
  if (server !== undefined && server.length > 1) {
    throw new UsageError("Cannot connect as messages are relayed to one server: several --server");
  }
  if (target !== undefined && (server ?? servers) !== undefined) {
    const flag = server === undefined ? "--servers" : "--server";
    throw new UsageError(`Cannot connect as both a target and ${flag} are given`);
  }
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const { signal } = stop;
  try {
    await connectRelay(target ?? toClientTarget(options, config), {
      ...await readClientCredentials(input),
      input: Deno.stdin.readable,
      output: Deno.stdout.writable,
      config,
      signal,
    });
  } catch (error) {
    if (!isCancellation(error, signal)) throw error;
  }
  return EXIT.ok;
}
