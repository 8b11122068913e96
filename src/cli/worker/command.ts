import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";

/**
 * Add `mcpp worker`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addWorkerCommand(program: Command, context: CommandContext): void {
  const command = program.command("worker")
    .summary("execute tasks from another node's queue")
    .description(
      "Execute tasks from the queue of another node, or of the node on this machine, without " +
        "serving anything. When it is ready it prints one line of JSON on standard output.",
    )
    .option(
      "--peer <multiaddr>",
      "take tasks from this node (default: the node announced on this machine)",
    );
  addSettingOptions(command, "worker");
  command.action(async () => {
    const { peer } = command.opts<{ readonly peer?: string }>();
    const config = await loadCommandConfig(command);
    const { work } = await import("./action.ts");
    context.setExitCode(await work(config, { peer, terminal: context.terminal }));
  });
}
