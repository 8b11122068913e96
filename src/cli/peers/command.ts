import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addConnectCommand } from "./connect/command.ts";
import { addDisconnectCommand } from "./disconnect/command.ts";
import { addDiscoverCommand } from "./discover/command.ts";
import { addListCommand } from "./list/command.ts";
import { addRevokeCommand } from "./revoke/command.ts";
import { addStatusCommand } from "./status/command.ts";
import { addTrustCommand } from "./trust/command.ts";
import { addTrustedCommand } from "./trusted/command.ts";

/**
 * Add `mcpp peers` and its commands.
 *
 * @param program The whole command line.
 * @param context Where it reads and writes.
 */
export function addPeersCommand(program: Command, context: CommandContext): void {
  const peers = program.command("peers")
    .summary("see other nodes, and say whom to trust")
    .description("See the nodes around this one, and say what they may do here.");
  for (
    const add of [
      addListCommand,
      addStatusCommand,
      addDiscoverCommand,
      addConnectCommand,
      addDisconnectCommand,
      addTrustCommand,
      addRevokeCommand,
      addTrustedCommand,
    ]
  ) add(peers, context);
}
