import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp peers revoke`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addRevokeCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("revoke")
    .summary("trust a peer no more")
    .description(
      "Trust a peer no more, whatever token it shows. A node that runs here closes its " +
        "connections at once, and what it waits for on them ends.",
    )
    .argument("<peer>", "its id, or its name on the list")
    .option("--json", "print JSON also on a terminal")
    .addHelpText("after", EXAMPLES);
  addSettingOptions(command, "client");
  command.action(async (peer: string) => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { revoke } = await import("./action.ts");
    context.setExitCode(await revoke({ peer, options, config, terminal: context.terminal }));
  });
}

const EXAMPLES = `
Examples:
  mcpp peers revoke 12D3KooW…
  mcpp peers revoke laptop`;
