import { type Command, Option } from "commander";
import type { Config } from "../config/mod.ts";
import { addSettingOptions } from "./setting_options.ts";

/** The options of every client command. */
export interface ClientCommandOptions {
  readonly url?: string;
  readonly peer?: string;
  readonly json?: boolean;
}

/**
 * Give a command the options of a client.
 *
 * @param command The command.
 */
export function addClientOptions(command: Command): void {
  command
    .addOption(
      new Option("--url <url>", "MCP endpoint. (default: this machine's mcpp, by its settings)")
        .conflicts("peer"),
    )
    .option("--peer <multiaddr>", "reach a node over the peer-to-peer network instead")
    .option("--json", "print JSON also on a terminal");
  addSettingOptions(command, "client");
}

/**
 * Which server a client command means.
 *
 * @param options What was given.
 * @param config Where a server on this machine listens.
 * @returns A URL or a multiaddr.
 */
export function toClientTarget(options: ClientCommandOptions, config: Config): string {
  const { host, port, mountPath } = config.server;
  return options.peer ?? options.url ?? `http://${toDialableHost(host)}:${port}${mountPath}`;
}

function toDialableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
