import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";

/**
 * Add `mcpp serve`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program.command("serve")
    .summary("run a node: MCP server, queue, worker, P2P")
    .description(
      "Run a node: an MCP server for local clients, a durable queue, a worker, and a peer-to-peer " +
        "node. When it is ready it prints one line of JSON on standard output.",
    );
  addSettingOptions(command, "serve");
  command.action(async () => {
    const config = await loadCommandConfig(command);
    const { serve } = await import("./action.ts");
    context.setExitCode(await serve(config, context.terminal));
  });
}
