import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addListCommand } from "./list/command.ts";
import { addReadCommand } from "./read/command.ts";
import { addWatchCommand } from "./watch/command.ts";

/**
 * Add `mcpp resources` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addResourcesCommand(program: Command, context: CommandContext): void {
  const resources = program.command("resources")
    .summary("list, read and watch the resources of a server")
    .description("List, read and watch the resources of an MCP server.");
  for (const add of [addListCommand, addReadCommand, addWatchCommand]) add(resources, context);
}
