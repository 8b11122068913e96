import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp invite cancel`.
 *
 * @param invite The command above it.
 * @param context Where it writes.
 */
export function addCancelCommand(invite: Command, context: CommandContext): void {
  const command = invite.command("cancel")
    .summary("let nobody use an invitation any more")
    .description("Let nobody use an invitation any more. Who has joined by it stays trusted.")
    .argument("<id>", "the id of the invitation, or the beginning of it; see mcpp invite list")
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
  command.action(async (id: string) => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { cancel } = await import("./action.ts");
    context.setExitCode(await cancel({ id, options, config, terminal: context.terminal }));
  });
}
