import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp prompts get`.
 *
 * @param prompts The command above it.
 * @param context Where it writes.
 */
export function addGetCommand(prompts: Command, context: CommandContext): void {
  const command = prompts.command("get")
    .summary("print a prompt, filled in")
    .description("Print the messages of a prompt of an MCP server.")
    .argument("<name>", "the prompt")
    .argument("[arguments...]", "what it asks for, each as name=value")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((name: string, args: readonly string[]) =>
    runClientCommand({ command, context }, async (input) => {
      const { getPrompt } = await import("./action.ts");
      return await getPrompt({ ...input, name, args });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp prompts get summarize_queue
  mcpp prompts get delegate_job job="Render the film" task_type=render`;
