import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { WatchOptions } from "./action.ts";

/**
 * Add `mcpp tasks watch`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addWatchCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("watch")
    .summary("follow a task")
    .description(
      "Follow a task until it ends: its log on standard output, its progress on standard error. " +
        "For programs, each piece of news is a line of JSON. Exit code 4 unless it completed.",
    )
    .argument("<id>", "the task")
    .option("--timeout <seconds>", "follow no longer than this", numberOption({ min: 0 }))
    .option("--after <line>", "leave out the log up to this line", numberOption(LINE))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((taskId: string) =>
    runClientCommand<WatchOptions>({ command, context }, async (input) => {
      const { watchTask } = await import("./action.ts");
      return await watchTask({ ...input, taskId });
    })
  );
}

const LINE = { min: 0, isInteger: true };
const EXAMPLES = `
Examples:
  mcpp tasks watch 0123456789abcdef0123456789abcdef
  mcpp tasks watch 0123456789abcdef0123456789abcdef --json | jq -r 'select(.event=="log").message'`;
