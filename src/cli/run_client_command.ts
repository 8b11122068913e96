import type { Command } from "commander";
import type { ClientCommandOptions } from "./client_options.ts";
import type { CommandContext } from "./command_context.ts";
import { loadCommandConfig } from "./setting_options.ts";
import type { ClientCommandInput } from "./with_client.ts";

/** A client command that has been given. */
export interface GivenCommand {
  /** The parsed command. */
  readonly command: Command;
  /** Where it reads and writes. */
  readonly context: CommandContext;
}

/**
 * Run a client command: read its options and the configuration, do it, set the exit code.
 *
 * @param given The command.
 * @param act Does it, and returns the exit code.
 */
export async function runClientCommand<Options extends ClientCommandOptions>(
  { command, context }: GivenCommand,
  act: (input: ClientCommandInput<Options>) => Promise<number>,
): Promise<void> {
  const options = command.opts<Options>();
  const config = await loadCommandConfig(command);
  context.setExitCode(await act({ options, config, terminal: context.terminal }));
}
