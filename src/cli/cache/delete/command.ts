import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp cache delete`.
 *
 * @param cache The command above it.
 * @param context Where it writes.
 */
export function addDeleteCommand(cache: Command, context: CommandContext): void {
  const command = cache.command("delete")
    .summary("forget a key")
    .description("Forget the value under a key, here and where it was replicated to.")
    .argument("<key>", "the key")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((key: string) =>
    runClientCommand({ command, context }, async (input) => {
      const { deleteValue } = await import("./action.ts");
      return await deleteValue({ ...input, key });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp cache delete build/42`;
