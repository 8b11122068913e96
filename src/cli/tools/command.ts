import type { Command } from "commander";
import { addClientOptions } from "../client_options.ts";
import type { CommandContext } from "../command_context.ts";
import { runClientCommand } from "../run_client_command.ts";

/**
 * Add `mcpp tools`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addToolsCommand(program: Command, context: CommandContext): void {
  const command = program.command("tools")
    .summary("list the tools of a server")
    .description("List the tools of an MCP server, or describe one with its arguments.")
    .argument("[tool]", "only this one, with all that is known about it")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((tool: string | undefined) =>
    runClientCommand({ command, context }, async (input) => {
      const { listTools } = await import("./action.ts");
      return await listTools({ ...input, tool });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tools
  mcpp tools p2p_taskqueue_submit`;
