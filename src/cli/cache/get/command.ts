import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp cache get`.
 *
 * @param cache The command above it.
 * @param context Where it writes.
 */
export function addGetCommand(cache: Command, context: CommandContext): void {
  const command = cache.command("get")
    .summary("print a value")
    .description("Print the value under a key. Exit code 4 if there is none.")
    .argument("<key>", "the key")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((key: string) =>
    runClientCommand({ command, context }, async (input) => {
      const { getValue } = await import("./action.ts");
      return await getValue({ ...input, key });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp cache get build/42
  mcpp cache get build/42 --json | jq .value`;
