import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { SetOptions } from "./action.ts";

/**
 * Add `mcpp cache set`.
 *
 * @param cache The command above it.
 * @param context Where it reads and writes.
 */
export function addSetCommand(cache: Command, context: CommandContext): void {
  const command = cache.command("set")
    .summary("keep a value")
    .description("Keep a JSON value under a key, instead of what is there.")
    .argument("<key>", "the key")
    .argument("<value>", "JSON, @file to read it from a file, or - from input")
    .option("--text", "the value is text as it stands, not JSON")
    .option("--ttl <seconds>", "forget it after this time", numberOption({ min: 0.001 }))
    .option("--no-replicate", "do not pass it on to other nodes")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((key: string, value: string) =>
    runClientCommand<SetOptions>({ command, context }, async (input) => {
      const { setValue } = await import("./action.ts");
      return await setValue({ ...input, key, value });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp cache set build/42 '{"ok":true}' --ttl 3600
  mcpp cache set motto --text "Nothing done twice"
  mcpp cache set report @report.json`;
