import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { RetryOptions } from "./action.ts";

/**
 * Add `mcpp tasks retry`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addRetryCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("retry")
    .summary("do a task again")
    .description("Queue a task again that has failed or was cancelled.")
    .argument("<id>", "the task")
    .option("--deadline <seconds>", "fail unless done in this time", numberOption({ min: 0.001 }))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((taskId: string) =>
    runClientCommand<RetryOptions>({ command, context }, async (input) => {
      const { retryTask } = await import("./action.ts");
      return await retryTask({ ...input, taskId });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks retry 0123456789abcdef0123456789abcdef
  mcpp tasks retry 0123456789abcdef0123456789abcdef --deadline 600`;
