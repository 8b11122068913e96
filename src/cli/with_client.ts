import { createClient } from "../app/mod.ts";
import type { Config } from "../config/mod.ts";
import type { McpClient } from "../mcp/mod.ts";
import { readClientCredentials } from "./client_credentials.ts";
import { type ClientCommandOptions, toClientTarget } from "./client_options.ts";
import { EXIT } from "./exit_code.ts";
import { configureCommandLogging } from "./logging.ts";
import { listenForStop } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";

/** What every client command is given. */
export interface ClientCommandInput<Options extends ClientCommandOptions = ClientCommandOptions> {
  readonly options: Options;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Connect to the server that a client command means, and use it until done or interrupted.
 *
 * @param input Which server.
 * @param use What to do with it; gets the signal of an interruption.
 * @returns The exit code that `use` gave, or that of an interruption.
 */
export async function withClient(
  input: ClientCommandInput,
  use: (client: McpClient, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const { options, config, terminal } = input;
  configureCommandLogging(config, terminal);
  using stop = listenForStop();
  const { signal } = stop;
  try {
    const clientOptions = { ...await readClientCredentials(input), config, signal };
    await using client = await createClient(toClientTarget(options, config), clientOptions);
    return await use(client, signal);
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  }
}
