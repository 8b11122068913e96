import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addCancelCommand } from "./cancel/command.ts";
import { addCountsCommand } from "./counts/command.ts";
import { addGetCommand } from "./get/command.ts";
import { addListCommand } from "./list/command.ts";
import { addRetryCommand } from "./retry/command.ts";
import { addSubmitCommand } from "./submit/command.ts";
import { addWaitCommand } from "./wait/command.ts";
import { addWatchCommand } from "./watch/command.ts";

/**
 * Add `mcpp tasks` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it reads and writes.
 */
export function addTasksCommand(program: Command, context: CommandContext): void {
  const tasks = program.command("tasks")
    .summary("see and change the tasks of a node")
    .description("See and change the tasks in the queue of a node.");
  for (
    const add of [
      addSubmitCommand,
      addListCommand,
      addGetCommand,
      addCountsCommand,
      addWaitCommand,
      addWatchCommand,
      addCancelCommand,
      addRetryCommand,
    ]
  ) add(tasks, context);
}
