import type { Command } from "commander";
import { addClientOptions, type ClientCommandOptions } from "../client_options.ts";
import type { CommandContext } from "../command_context.ts";
import { loadCommandConfig } from "../setting_options.ts";

/**
 * Add `mcpp tools`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addToolsCommand(program: Command, context: CommandContext): void {
  const command = program.command("tools")
    .summary("list the tools of a server")
    .description("List the tools of an MCP server with their arguments.");
  addClientOptions(command);
  command.action(async () => {
    const options = command.opts<ClientCommandOptions>();
    const config = await loadCommandConfig(command);
    const { listTools } = await import("./action.ts");
    context.setExitCode(await listTools({ options, config, terminal: context.terminal }));
  });
}
