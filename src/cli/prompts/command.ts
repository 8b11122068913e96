import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addGetCommand } from "./get/command.ts";
import { addListCommand } from "./list/command.ts";

/**
 * Add `mcpp prompts` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addPromptsCommand(program: Command, context: CommandContext): void {
  const prompts = program.command("prompts")
    .summary("list the prompts of a server, and fill them in")
    .description("List the prompts of an MCP server, and fill them in.");
  for (const add of [addListCommand, addGetCommand]) add(prompts, context);
}
