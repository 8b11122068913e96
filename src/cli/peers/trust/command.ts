import type { Command } from "commander";
import type { Role } from "../../../app/mod.ts";
import type { CommandContext } from "../../command_context.ts";
import { addNameOption } from "../../name_option.ts";
import { repeatedOption } from "../../repeated_option.ts";
import { addRoleOption } from "../../role_option.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/** What `mcpp peers trust` can be told. */
export interface TrustOptions {
  readonly role?: readonly Role[];
  readonly name?: string;
  readonly address?: readonly string[];
  readonly json?: boolean;
}

/**
 * Add `mcpp peers trust`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addTrustCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("trust")
    .summary("let a peer use this node")
    .description(
      "Let a peer use this node, or change what it may do. It is remembered in the data " +
        "directory; a node that runs here notices at once.",
    )
    .argument("<peer>", "its id, or an address that ends in /p2p/ and its id");
  addRoleOption(command, "as before, or else submit, work, tools, cache");
  addNameOption(command);
  command
    .option("--address <multiaddr>", "where it is; the node stays connected to it", repeatedOption)
    .option("--json", "print JSON also on a terminal")
    .addHelpText("after", EXAMPLES);
  addSettingOptions(command, "client");
  command.action(async (peer: string) => {
    const options = command.opts<TrustOptions>();
    const config = await loadCommandConfig(command);
    const { trust } = await import("./action.ts");
    context.setExitCode(await trust({ peer, options, config, terminal: context.terminal }));
  });
}

const EXAMPLES = `
Examples:
  mcpp peers trust 12D3KooW… --name laptop
  mcpp peers trust 12D3KooW… --role submit --role cache
  mcpp peers trust /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW… --role work`;
