import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp identity show`.
 *
 * @param identity The command above it.
 * @param context Where it writes.
 */
export function addShowCommand(identity: Command, context: CommandContext): void {
  const command = identity.command("show")
    .summary("print this node's peer id")
    .description("Print the peer id of this machine's node, by which others can trust it.")
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
  command.action(async () => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { show } = await import("./action.ts");
    context.setExitCode(await show({ options, config, terminal: context.terminal }));
  });
}
