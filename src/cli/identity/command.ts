import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addRotateCommand } from "./rotate/command.ts";
import { addShowCommand } from "./show/command.ts";

/**
 * Add `mcpp identity` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it reads and writes.
 */
export function addIdentityCommand(program: Command, context: CommandContext): void {
  const identity = program.command("identity")
    .summary("see or change who this node is")
    .description("See or change the key by which other nodes know this one.");
  for (const add of [addShowCommand, addRotateCommand]) add(identity, context);
}
