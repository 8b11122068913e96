import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { StatusOptions } from "./action.ts";

/**
 * Add `mcpp peers status`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addStatusCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("status")
    .summary("describe a peer, and ask how it is")
    .description(
      "Describe a peer: how it was found, how a node is connected to it, and, by asking it, which " +
        "tasks it takes. Exit code 4 if it does not answer.",
    )
    .argument("<peer>", "its id, the end of its id, or its name")
    .option("--timeout <seconds>", "wait no longer than this (default: 10)", numberOption(TIMEOUT))
    .option("--detail", "ask for counts of tasks too")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((peer: string) =>
    runClientCommand<StatusOptions>({ command, context }, async (input) => {
      const { showPeerStatus } = await import("./action.ts");
      return await showPeerStatus({ ...input, peer });
    })
  );
}

const TIMEOUT = { min: 0.1, max: 300 };
const EXAMPLES = `
Examples:
  mcpp peers status laptop
  mcpp peers status 12D3KooW… --timeout 2 && echo there`;
