import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp invite list`.
 *
 * @param invite The command above it.
 * @param context Where it writes.
 */
export function addListCommand(invite: Command, context: CommandContext): void {
  const command = invite.command("list")
    .summary("list the invitations")
    .description("List the invitations of this machine's node, and what has become of them.")
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
  command.action(async () => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { list } = await import("./action.ts");
    context.setExitCode(await list({ options, config, terminal: context.terminal }));
  });
}
