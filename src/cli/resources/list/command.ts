import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp resources list`, which is also what `mcpp resources` does.
 *
 * @param resources The command above it.
 * @param context Where it writes.
 */
export function addListCommand(resources: Command, context: CommandContext): void {
  const command = resources.command("list", { isDefault: true })
    .summary("list the resources of a server")
    .description("List the resources of an MCP server, and the forms that others have.");
  addClientOptions(command);
  command.action(() =>
    runClientCommand({ command, context }, async (input) => {
      const { listResources } = await import("./action.ts");
      return await listResources(input);
    })
  );
}
