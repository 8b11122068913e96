import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp peers trusted`.
 *
 * @param peers The command above it.
 * @param context Where it writes.
 */
export function addTrustedCommand(peers: Command, context: CommandContext): void {
  const command = peers.command("trusted")
    .summary("list the peers that were trusted or revoked")
    .description("List the peers that were trusted on this machine, and those that were revoked.")
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
  command.action(async () => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { listTrusted } = await import("./action.ts");
    context.setExitCode(await listTrusted({ options, config, terminal: context.terminal }));
  });
}
