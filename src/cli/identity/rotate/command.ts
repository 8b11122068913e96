import type { Command } from "commander";
import type { CommandContext } from "../../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../../setting_options.ts";

/**
 * Add `mcpp identity rotate`.
 *
 * @param identity The command above it.
 * @param context Where it writes.
 */
export function addRotateCommand(identity: Command, context: CommandContext): void {
  const command = identity.command("rotate")
    .summary("give this node a new key")
    .description(
      "Give this machine's node a new key, and so a new peer id. The old key is kept beside it. " +
        "The node must not run.",
    )
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
  command.action(async () => {
    const options = command.opts<{ readonly json?: boolean }>();
    const config = await loadCommandConfig(command);
    const { rotate } = await import("./action.ts");
    context.setExitCode(await rotate({ options, config, terminal: context.terminal }));
  });
}
