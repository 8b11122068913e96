import type { Command } from "commander";
import { addClientOptions } from "../../client_options.ts";
import type { CommandContext } from "../../command_context.ts";
import { numberOption } from "../../number_option.ts";
import { repeatedOption } from "../../repeated_option.ts";
import { runClientCommand } from "../../run_client_command.ts";
import type { DiscoverOptions } from "./action.ts";

/**
 * Add `mcpp peers discover`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addDiscoverCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("discover")
    .summary("look for peers now, by all ways at once")
    .description(
      "Have a node look for peers now, by all ways at once, and print what each way has found or " +
        "why it failed. A node also looks by itself all the time.",
    )
    .option("--method <name>", "look only so; may be repeated", repeatedOption)
    .option("--timeout <seconds>", "wait no longer than this (default: 10)", numberOption(TIMEOUT))
    .addHelpText("after", EXAMPLES);
  addClientOptions(command);
  command.action(() =>
    runClientCommand<DiscoverOptions>({ command, context }, async (input) => {
      const { discoverPeers } = await import("./action.ts");
      return await discoverPeers(input);
    })
  );
}

const TIMEOUT = { min: 0.1, max: 60 };
const EXAMPLES = `
Examples:
  mcpp peers discover
  mcpp peers discover --method mdns --timeout 3`;
