import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp tasks get`.
 *
 * @param tasks The command above it.
 * @param context Where it writes.
 */
export function addGetCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("get")
    .summary("show a task")
    .description("Show a task as it is now. Exit code 4 if there is no such task.")
    .argument("<id>", "the task")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((taskId: string) =>
    runClientCommand({ command, context }, async (input) => {
      const { getTask } = await import("./action.ts");
      return await getTask({ ...input, taskId });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks get 0123456789abcdef0123456789abcdef
  mcpp tasks get 0123456789abcdef0123456789abcdef --json | jq .task.result`;
