import type { Command } from "commander";
import { addClientOptions } from "../client_options.ts";
import type { CommandContext } from "../command_context.ts";
import { runClientCommand } from "../run_client_command.ts";

/**
 * Add `mcpp info`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addInfoCommand(program: Command, context: CommandContext): void {
  const command = program.command("info")
    .summary("say what a server is and can do")
    .description("Say who an MCP server is, which revision it speaks, and what it has.");
  addClientOptions(command);
  command.action(() =>
    runClientCommand({ command, context }, async (input) => {
      const { showInfo } = await import("./action.ts");
      return await showInfo(input);
    })
  );
}
