import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { WaitOptions } from "./action.ts";

/**
 * Add `mcpp tasks wait`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addWaitCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("wait")
    .summary("wait for a task to end")
    .description(
      "Wait until a task has ended, and print it with its result. Exit code 4 unless it completed.",
    )
    .argument("<id>", "the task")
    .option("--timeout <seconds>", "wait no longer than this", numberOption({ min: 0 }))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((taskId: string) =>
    runClientCommand<WaitOptions>({ command, context }, async (input) => {
      const { waitForTask } = await import("./action.ts");
      return await waitForTask({ ...input, taskId });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks wait 0123456789abcdef0123456789abcdef
  mcpp tasks wait 0123456789abcdef0123456789abcdef --timeout 30`;
