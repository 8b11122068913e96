import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp prompts list`, which is also what `mcpp prompts` does.
 *
 * @param prompts The command above it.
 * @param context Where it writes.
 */
export function addListCommand(prompts: Command, context: CommandContext): void {
  const command = prompts.command("list", { isDefault: true })
    .summary("list the prompts of a server")
    .description("List the prompts of an MCP server with what they ask for.");
  addClientOptions(command);
  command.action(() =>
    runClientCommand({ command, context }, async (input) => {
      const { listPrompts } = await import("./action.ts");
      return await listPrompts(input);
    })
  );
}
