import type { Command } from "commander";
import type { Role } from "../../app/mod.ts";
import type { CommandContext } from "../command_context.ts";
import { durationOption } from "../duration_option.ts";
import { addNameOption } from "../name_option.ts";
import { addRoleOption } from "../role_option.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";
import { addCancelCommand } from "./cancel/command.ts";
import { addListCommand } from "./list/command.ts";

/** What `mcpp invite` can be told. */
export interface InviteOptions {
  readonly role?: readonly Role[];
  /** In milliseconds. */
  readonly expires?: number;
  readonly name?: string;
  readonly json?: boolean;
}

const WEEK_MS = 7 * 86_400_000;

/**
 * Add `mcpp invite` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addInviteCommand(program: Command, context: CommandContext): void {
  const command = program.command("invite")
    .summary("let another machine join, by a code that works once")
    .description(
      "Print a code by which one other machine can join: type it there after mcpp join. Then both " +
        "nodes know, trust and remember each other. This machine's node has to run until then.",
    );
  addRoleOption(command, "submit, work, cache");
  addNameOption(command);
  command
    .option(
      "--expires <duration>",
      "how long the code works, such as 90s, 10m or 2h (default: 10m)",
      durationOption({ maxMs: WEEK_MS }),
    )
    .option("--json", "print JSON also on a terminal")
    .addHelpText("after", EXAMPLES);
  addSettingOptions(command, "client");
  command.action(async () => {
    const options = command.opts<InviteOptions>();
    const config = await loadCommandConfig(command);
    const { invite } = await import("./action.ts");
    context.setExitCode(await invite({ options, config, terminal: context.terminal }));
  });
  for (const add of [addListCommand, addCancelCommand]) add(command, context);
}

const EXAMPLES = `
Examples:
  mcpp invite
  mcpp invite --name laptop --expires 1h
  mcpp invite --role submit --role tools`;
