import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { repeatedOption } from "../../repeated_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { SubmitOptions } from "./action.ts";

const PRIORITY = { min: 1, max: 10, isInteger: true };
const ATTEMPTS = { min: 1, max: 1000, isInteger: true };

/**
 * Add `mcpp tasks submit`.
 *
 * @param tasks The command above it.
 * @param context Where it reads and writes.
 */
export function addSubmitCommand(tasks: Command, context: CommandContext): void {
  const command = tasks.command("submit")
    .summary("submit a task")
    .description("Put a task in a queue and print its id or, with --wait, its result.")
    .argument("<type>", "what kind of work, such as tool.call")
    .argument("[input]", "a JSON object, @file to read one from a file, or - from input")
    .option("--model <name>", "the model, for types that need one")
    .option("--priority <number>", "1 to 10; 10 is done first", numberOption(PRIORITY))
    .option("--delay <seconds>", "do not start before this time", numberOption({ min: 0 }))
    .option("--deadline <seconds>", "fail unless done in this time", numberOption({ min: 0.001 }))
    .option("--max-attempts <number>", "tries before it fails for good", numberOption(ATTEMPTS))
    .option("--key <text>", "a second submission with the same key returns the first task")
    .option("--id <text>", "id of the task, instead of one that the queue chooses")
    .option("--requires <tag>", "a tag that a worker must offer; may be repeated", repeatedOption)
    .option("--session <text>", "the session whose workers should do it")
    .option("--wait", "wait until it has ended, and print it; exit code 4 unless it completed")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((type: string, payload: string | undefined) =>
    runClientCommand<SubmitOptions>({ command, context }, async (input) => {
      const { submitTask } = await import("./action.ts");
      return await submitTask({ ...input, type, payload });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp tasks submit tool.call '{"tool":"echo","args":{"text":"hi"}}' --wait
  mcpp tasks submit text-generation @prompt.json --model llama3.2 --requires gpu
  mcpp tasks submit tool.call @call.json --delay 60 --deadline 600 --key nightly`;
