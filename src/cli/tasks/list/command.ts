import { type Command, Option } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { repeatedOption } from "../../repeated_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { ListOptions } from "./action.ts";

const STATES = ["queued", "running", "completed", "failed", "cancelled"];

/**
 * Add `mcpp tasks list`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addListCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("list")
    .summary("list tasks")
    .description("List the tasks of a queue, oldest first, page by page.")
    .addOption(new Option("--status <state>", "only tasks in this state").choices(STATES))
    .option("--type <type>", "only tasks of this type; may be repeated", repeatedOption)
    .option("--limit <number>", "tasks of a page (default: 50)", numberOption(LIMIT))
    .option("--after <id>", "only tasks submitted after this one")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action(() =>
    runClientCommand<ListOptions>({ command, context }, async (input) => {
      const { listTasks } = await import("./action.ts");
      return await listTasks(input);
    })
  );
}

const LIMIT = { min: 1, max: 1000, isInteger: true };
const EXAMPLES = `
Examples:
  mcpp tasks list --status failed
  mcpp tasks list --type tool.call --limit 10 --json`;
