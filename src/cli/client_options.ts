import { type Command, Option } from "commander";
import type { ClientTarget } from "../app/mod.ts";
import type { Config } from "../config/mod.ts";
import { UsageError } from "./errors.ts";
import { repeatedOption } from "./repeated_option.ts";
import { addSettingOptions } from "./setting_options.ts";

/** The options of every client command. */
export interface ClientCommandOptions {
  readonly url?: string;
  readonly peer?: string;
  readonly stdio?: string;
  readonly server?: readonly string[];
  readonly servers?: string;
  readonly bearerFile?: string;
  readonly oauth?: boolean;
  readonly json?: boolean;
}

/** Options of which at most one can be given. */
const TARGETS = ["url", "peer", "stdio", "server"];

/**
 * Give a command the options of a client.
 *
 * @param command The command.
 */
export function addClientOptions(command: Command): void {
  const targets = [
    new Option("--url <url>", "MCP endpoint. (default: this machine's mcpp, by its settings)"),
    new Option("--peer <multiaddr>", "reach a node over the peer-to-peer network instead"),
    new Option("--stdio <command>", "start this program and speak to it over its input and output"),
    new Option(
      "--server <name>",
      "a server of the list of servers; given several times, the first that answers",
    ).argParser(repeatedOption),
  ];
  for (const option of targets) {
    const others = TARGETS.filter((name) => name !== option.attributeName());
    command.addOption(option.conflicts(others));
  }
  addListAndCredentialOptions(command);
  command.option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
}

/**
 * Give a command the options of the list of servers, and of what is presented to an MCP endpoint.
 *
 * @param command The command.
 */
export function addListAndCredentialOptions(command: Command): void {
  command
    .option("--servers <path>", "the list of servers (default: mcp.json, ~/.config/mcpp/mcp.json)")
    // Nothing else than an endpoint takes them, and a listed server has those of the list.
    .addOption(
      new Option("--bearer-file <path>", "a file that holds the token for the MCP endpoint")
        .conflicts(["oauth", "peer", "stdio", "server"]),
    )
    .addOption(
      new Option("--oauth", "log in with a browser if the MCP endpoint wants it")
        .conflicts(["peer", "stdio"]),
    );
}

/**
 * Which server a client command means.
 *
 * @param options What was given.
 * @param config Where a server on this machine listens.
 * @returns The target.
 * @throws {UsageError} If there is a list of servers, and nothing says which of them.
 */
export function toClientTarget(options: ClientCommandOptions, config: Config): ClientTarget {
  const { url, peer, stdio, server, servers } = options;
  if (stdio !== undefined) return `stdio:${stdio}`;
  if (server !== undefined) return { server, file: servers };
  if (servers !== undefined) {
    throw new UsageError("Cannot use list of servers as --server does not say which of them", {
      hint: "Give --server with a name of the list",
    });
  }
  const { host, port, mountPath } = config.server;
  return peer ?? url ?? `http://${toDialableHost(host)}:${port}${mountPath}`;
}

function toDialableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
