import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { WatchOptions } from "./action.ts";

/**
 * Add `mcpp resources watch`.
 *
 * @param resources The command above it.
 * @param context Where it writes.
 */
export function addWatchCommand(resources: Command, context: CommandContext): void {
  const command = resources.command("watch")
    .summary("print what a resource holds, again after each change")
    .description(
      "Print what a resource of an MCP server holds, and again after each change, until " +
        "interrupted. For programs, each time is a line of JSON.",
    )
    .argument("<uri>", "the resource")
    .option("--limit <number>", "end after it was printed so often", numberOption(LIMIT))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((uri: string) =>
    runClientCommand<WatchOptions>({ command, context }, async (input) => {
      const { watchResource } = await import("./action.ts");
      return await watchResource({ ...input, uri });
    })
  );
}

const LIMIT = { min: 1, isInteger: true };
const EXAMPLES = `
Examples:
  mcpp resources watch queue://counts
  mcpp resources watch task://0123456789abcdef0123456789abcdef --limit 2`;
