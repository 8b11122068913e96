import type { Command } from "commander";
import { addClientOptions } from "../client_options.ts";
import type { CommandContext } from "../command_context.ts";
import { runClientCommand } from "../run_client_command.ts";

/**
 * Add `mcpp call`.
 *
 * @param program The whole command line.
 * @param context Where it reads and writes.
 */
export function addCallCommand(program: Command, context: CommandContext): void {
  const command = program.command("call")
    .summary("call a tool")
    .description("Call a tool of an MCP server and print its result.")
    .argument("<tool>", "name of the tool")
    .argument("[arguments]", "a JSON object, @file to read one from a file, or - from input");
  addClientOptions(command);
  command.action((tool: string, args: string | undefined) =>
    runClientCommand({ command, context }, async (input) => {
      const { call } = await import("./action.ts");
      return await call({ ...input, tool, args });
    })
  );
}
