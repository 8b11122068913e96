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
  command.option(
    "--stdio",
    "serve MCP on standard input and output instead of HTTP, and stop when input ends",
  );
  addSettingOptions(command, "serve");
  command.action(async () => {
    const config = await loadCommandConfig(command);
    const { serve } = await import("./action.ts");
    const { stdio = false } = command.opts<{ stdio?: boolean }>();
    context.setExitCode(await serve(config, { terminal: context.terminal, stdio }));
  });
}
