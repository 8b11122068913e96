import { type Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import { addListAndCredentialOptions } from "../client_options.ts";
import { repeatedOption } from "../repeated_option.ts";
import { addSettingOptions, loadCommandConfig } from "../setting_options.ts";
import type { ConnectOptions } from "./action.ts";

/**
 * Add `mcpp connect`.
 *
 * @param program The whole command line.
 * @param context Where it writes.
 */
export function addConnectCommand(program: Command, context: CommandContext): void {
  const command = program.command("connect")
    .summary("be a stdio MCP server that relays to another")
    .description(
      "Be an MCP server on standard input and output, for an agent to start, and relay every " +
        "message to a server that is elsewhere: over HTTP, or a node in the peer-to-peer network. " +
        "It connects with the first request, and again when the connection is lost.",
    )
    .argument("[target]", "URL of an MCP endpoint, or a node's address (default: this machine's)")
    .addOption(
      new Option("--server <name>", "a server of the list of servers")
        .argParser(repeatedOption),
    )
    .addHelpText("after", EXAMPLE);
  addListAndCredentialOptions(command);
  addSettingOptions(command, "client");
  command.action(async (target: string | undefined) => {
    const config = await loadCommandConfig(command);
    const { connect } = await import("./action.ts");
    const options = command.opts<ConnectOptions>();
    context.setExitCode(await connect({ target, options, config, terminal: context.terminal }));
  });
}

const EXAMPLE = `
Example, in an agent's configuration:
  { "mcpServers": { "far": {
      "command": "mcpp",
      "args": ["connect", "/ip4/192.0.2.7/tcp/9000/p2p/12D3KooW...", "--token-file", "/path"]
  } } }`;
