import { createInvite, type NewInvite, type Role } from "../../app/mod.ts";
import type { JsonObject } from "../../codec/mod.ts";
import type { Config } from "../../config/mod.ts";
import { formatDuration } from "../duration_option.ts";
import { EXIT } from "../exit_code.ts";
import { printResult, type Terminal } from "../terminal.ts";
import type { InviteOptions } from "./command.ts";
import { describeInvite } from "./describe_invite.ts";
import { formatQrCode } from "./format_qr_code.ts";
import { toJoinCommands } from "./to_join_commands.ts";

/** What `mcpp invite` was given. */
export interface InviteInput {
  readonly options: InviteOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

const DEFAULT_ROLES: readonly Role[] = ["submit", "work", "cache"];
const DEFAULT_LIFETIME_MS = 10 * 60_000;

/**
 * Make an invitation, and print what to type on the other machine.
 *
 * @param input What whoever joins may do.
 * @returns The exit code.
 */
export async function invite({ options, config, terminal }: InviteInput): Promise<number> {
  const { role: roles = DEFAULT_ROLES, expires: lifetimeMs = DEFAULT_LIFETIME_MS, name } = options;
  const created = await createInvite(config, { roles, lifetimeMs, name });
  const commands = toJoinCommands(created);
  const asJson = options.json === true || !terminal.isInteractive;
  const text = asJson ? "" : await toText(created, commands);
  printResult(terminal, { json: toJson(created, commands), text }, options);
  warn(created, config, terminal);
  return EXIT.ok;
}

function toJson(created: NewInvite, commands: readonly string[]): JsonObject {
  const { code, invite, isNodeRunning, multiaddrs } = created;
  return {
    code,
    ...describeInvite(invite),
    isNodeRunning,
    multiaddrs: [...multiaddrs],
    commands: [...commands],
  };
}

async function toText(created: NewInvite, commands: readonly string[]): Promise<string> {
  const { invite: { roles, createdMs, expiresMs, name } } = created;
  const [first = "", ...others] = commands;
  const whom = name === undefined ? "One other machine" : `One other machine (${name})`;
  const lasting = formatDuration(expiresMs - createdMs);
  const lines = [
    `${whom} may join for ${lasting}, until ${formatTime(expiresMs)}, and may then: ${
      roles.join(", ")
    }`,
    "",
    "Type there:",
    "",
    `  ${first}`,
    "",
  ];
  if (others.length > 0) {
    lines.push("If it does not find this machine by itself, one of these:", "");
    lines.push(...others.map((command) => `  ${command}`), "");
  }
  lines.push(await formatQrCode(others[0] ?? first));
  return lines.join("\n");
}

function formatTime(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}

function warn({ isNodeRunning, multiaddrs }: NewInvite, config: Config, terminal: Terminal): void {
  if (!isNodeRunning) {
    terminal.writeErr(
      "warning: no node runs here, and nobody can join until one does: start it with mcpp serve " +
        `(data directory ${config.dataDir})\n`,
    );
  } else if (multiaddrs.length > 0 && multiaddrs.every(isLoopback)) {
    terminal.writeErr("warning: the node here can be reached from this machine only\n");
  }
}

function isLoopback(multiaddr: string): boolean {
  return /^\/(ip4\/127\.|ip6\/::1\/)/.test(multiaddr);
}
