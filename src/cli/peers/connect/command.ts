import type { Command } from "commander";
import { addClientOptions, type ClientCommandOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { runClientCommand } from "../../run_client_command.ts";

/**
 * Add `mcpp peers connect`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addConnectCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("connect")
    .summary("connect a node to a peer")
    .description(
      "Connect a node to a peer, and see that it answers. That gives the peer no rights: see " +
        "mcpp invite and mcpp peers trust.",
    )
    .argument("<peer>", "its address, its id, the end of its id, or its name")
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action((peer: string) =>
    runClientCommand<ClientCommandOptions>({ command, context }, async (input) => {
      const { connectToPeer } = await import("./action.ts");
      return await connectToPeer({ ...input, peer });
    })
  );
}

const EXAMPLES = `
Examples:
  mcpp peers connect /ip4/192.168.1.7/tcp/9710
  mcpp peers connect laptop`;
