import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { numberOption } from "../number_option.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";
import type { DoctorOptions } from "./action.ts";

/**
 * Add `mcpp doctor`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program.command("doctor")
    .summary("find out why a node cannot be used")
    .description(
      "Look at a node step by step, from its address to its workers, and say what is wrong and what " +
        "to do. Without an address it looks at this machine's own node; give it the flags of its " +
        "mcpp serve then. Nothing is changed. Exit code 0 if no step failed, else 1.",
    )
    .argument("[multiaddr]", "the address of another node")
    .option("--json", "print JSON also on a terminal")
    .option(
      "--timeout-ms <milliseconds>",
      "how long a step may take (default: 10000)",
      numberOption({ min: 1, isInteger: true }),
    )
    .addHelpText("after", EXAMPLES);
  addSettingOptions(command, "serve");
  command.action(async (multiaddr: string | undefined) => {
    const options = command.opts<DoctorOptions>();
    const config = await loadCommandConfig(command);
    const { doctor } = await import("./action.ts");
    context.setExitCode(
      await doctor({ multiaddr, options, config, terminal: context.terminal }),
    );
  });
}

const EXAMPLES = `
Examples:
  mcpp doctor
  mcpp doctor /ip4/192.0.2.1/tcp/9710/p2p/12D3KooW...
  mcpp doctor --json | jq '.steps[] | select(.status == "failed")'`;
