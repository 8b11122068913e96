import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp tasks counts`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addCountsCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("counts")
    .summary("count tasks")
    .description("Say how many tasks are in each state, for each type and in all.")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action(() =>
    runClientCommand({ command, context }, async (input) => {
      const { countTasks } = await import("./action.ts");
      return await countTasks(input);
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks counts
  mcpp tasks counts --peer /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW…`;
