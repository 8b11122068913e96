import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { repeatedOption } from "../../repeated_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { ListOptions } from "./action.ts";

/**
 * Add `mcpp peers list`, which is also what `mcpp peers` does.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addListCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("list", { isDefault: true })
    .summary("show the peers around a node, and how they are found")
    .description(
      "Show the peers that a node knows, how it is connected to them, and how each way to find " +
        "peers does. With --watch, for programs, each piece of news is a line of JSON.",
    )
    .option("--watch", "go on showing it until interrupted")
    .option("--method <name>", "only peers found so; may be repeated", repeatedOption)
    .option("--capabilities", "ask each peer which tasks it takes")
    .option("--limit <number>", "peers to show (default: 1000)", numberOption(LIMIT))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action(() =>
    runClientCommand<ListOptions>({ command, context }, async (input) => {
      const { listPeers } = await import("./action.ts");
      return await listPeers(input);
    })
  );
}

const LIMIT = { min: 1, max: 1000, isInteger: true };
const EXAMPLES = `
Examples:
  mcpp peers
  mcpp peers --watch
  mcpp peers --method mdns --capabilities --json`;
