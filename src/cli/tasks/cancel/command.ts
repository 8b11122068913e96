import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { CancelOptions } from "./action.ts";

/**
 * Add `mcpp tasks cancel`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addCancelCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("cancel")
    .summary("cancel a task")
    .description(
      "Cancel a task that has not ended. If it is running, its worker is told and stops.",
    )
    .argument("<id>", "the task")
    .option("--reason <text>", "why; becomes the error of the task")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((taskId: string) =>
    runClientCommand<CancelOptions>({ command, context }, async (input) => {
      const { cancelTask } = await import("./action.ts");
      return await cancelTask({ ...input, taskId });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks cancel 0123456789abcdef0123456789abcdef
  mcpp tasks cancel 0123456789abcdef0123456789abcdef --reason "no longer needed"`;
