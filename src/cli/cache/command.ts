import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addDeleteCommand } from "./delete/command.ts";
import { addGetCommand } from "./get/command.ts";
import { addHasCommand } from "./has/command.ts";
import { addSetCommand } from "./set/command.ts";

/**
 * Add `mcpp cache` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it reads and writes.
 */
export function addCacheCommand(program: Command, context: CommandContext): void {
  const cache = program.command("cache")
    .summary("read and change the cache that nodes share")
    .description("Read and change the cache of JSON values that nodes share.");
  for (const add of [addGetCommand, addSetCommand, addHasCommand, addDeleteCommand]) {
    add(cache, context);
  }
}
