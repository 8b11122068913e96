import type { Command } from "commander";
import { addClientOptions, type ClientCommandOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp peers disconnect`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addDisconnectCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("disconnect")
    .summary("close a node's connections to a peer")
    .description(
      "Close a node's connections to a peer, and do not dial it again until mcpp peers connect or a " +
        "restart. The peer may come back by itself: to keep it out, use mcpp peers revoke.",
    )
    .argument("<peer>", "its id, the end of its id, or its name")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((peer: string) =>
    runClientCommand<ClientCommandOptions>({ command, context }, async (input) => {
      const { disconnectFromPeer } = await import("./action.ts");
      return await disconnectFromPeer({ ...input, peer });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp peers disconnect laptop`;
