import type { Command } from "commander";
import type { Role } from "../../app/mod.ts";
import type { CommandContext } from "../command_context.ts";
import { numberOption } from "../number_option.ts";
import { addNameOption } from "../name_option.ts";
import { addRoleOption } from "../role_option.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";

/** What `mcpp join` can be told. */
export interface JoinCommandOptions {
  readonly at?: string;
  readonly role?: readonly Role[];
  readonly name?: string;
  /** In seconds. */
  readonly timeout?: number;
  readonly json?: boolean;
}

/**
 * Add `mcpp join`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addJoinCommand(program: Command, context: CommandContext): void {
  const command = program.command("join")
    .summary("join another machine, with the code that mcpp invite printed there")
    .description(
      "Join another machine, with the code that mcpp invite printed there: both nodes know, trust " +
        "and remember each other then. The other node is looked for on this network and wherever else " +
        "the settings say. A node that runs here connects to it at once, and need not run.",
    )
    .argument("<code...>", "the code; small letters and blanks do no harm")
    .option("--at <multiaddr>", "where the other node is, if it is not found by itself");
  addRoleOption(command, "what this machine may do there, but never admin");
  addNameOption(command);
  command
    .option(
      "--timeout <seconds>",
      "look for the other node no longer than this (default: 30)",
      numberOption({ min: 0.1, max: 3600 }),
    )
    .option("--json", "print JSON also on a terminal")
    .addHelpText("after", EXAMPLES);
  addSettingOptions(command, "serve", { groups: ["", "p2p", "discovery", "reach", "log"] });
  command.action(async (words: readonly string[]) => {
    const options = command.opts<JoinCommandOptions>();
    const config = await loadCommandConfig(command);
    const { join } = await import("./action.ts");
    context.setExitCode(
      await join({ code: words.join(" "), options, config, terminal: context.terminal }),
    );
  });
}

const EXAMPLES = `
Examples:
  mcpp join 7ZK4M-…
  mcpp join 7ZK4M-… --at /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW…
  mcpp join 7ZK4M-… --bootstrap-peer /dns4/relay.example/tcp/9710/p2p/12D3KooW…`;
