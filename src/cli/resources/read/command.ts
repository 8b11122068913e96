import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp resources read`.
 *
 * @param resources The command above it.
 * @param context Where it writes.
 */
export function addReadCommand(resources: Command, context: CommandContext): void {
  const command = resources.command("read")
    .summary("print what a resource holds")
    .description("Print what a resource of an MCP server holds.")
    .argument("<uri>", "the resource")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((uri: string) =>
    runClientCommand({ command, context }, async (input) => {
      const { readResource } = await import("./action.ts");
      return await readResource({ ...input, uri });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp resources read queue://counts
  mcpp resources read task://0123456789abcdef0123456789abcdef/logs --json`;
