import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp cache has`.
 *
 * @param cache The command above it.
 * @param context Where it writes.
 */
export function addHasCommand(cache: Command, context: CommandContext): void {
  const command = cache.command("has")
    .summary("look for a key")
    .description("Say whether there is a value under a key. Exit code 4 if there is none.")
    .argument("<key>", "the key")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((key: string) =>
    runClientCommand({ command, context }, async (input) => {
      const { hasValue } = await import("./action.ts");
      return await hasValue({ ...input, key });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp cache has build/42 && echo known`;
