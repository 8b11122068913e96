import { trustPeer } from "../../../app/mod.ts";
import type { Config } from "../../../config/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { printResult, type Terminal } from "../../terminal.ts";
import { describeTrusted } from "../describe_trusted.ts";
import type { TrustOptions } from "./command.ts";

/** What `mcpp peers trust` was given. */
export interface TrustInput {
  readonly peer: string;
  readonly options: TrustOptions;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Trust a peer.
 *
 * @param input Whom, and with what.
 * @returns The exit code.
 */
export async function trust({ peer, options, config, terminal }: TrustInput): Promise<number> {
  const { role: roles, name, address: addresses } = options;
  const trusted = await trustPeer(config, { peer, roles, name, addresses });
  const label = trusted.name === undefined ? "" : ` (${trusted.name})`;
  printResult(terminal, {
    json: describeTrusted(trusted),
    text: `${trusted.peerId}${label} may now: ${trusted.roles.join(", ")}`,
  }, options);
  return EXIT.ok;
}
