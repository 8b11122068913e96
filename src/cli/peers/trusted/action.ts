import { listTrustedPeers, type TrustedPeer } from "../../../app/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import type { Config } from "../../../config/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { formatAge } from "../../format_age.ts";
import { formatTable } from "../../format_table.ts";
import { printResult, type ResultFormat, type Terminal } from "../../terminal.ts";
import { describeTrusted } from "../describe_trusted.ts";

/** What `mcpp peers trusted` was given. */
export interface ListTrustedInput {
  readonly options: ResultFormat;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Print the list of trusted peers.
 *
 * @param input Of which node.
 * @returns The exit code.
 */
export async function listTrusted(
  { options, config, terminal }: ListTrustedInput,
): Promise<number> {
  const peers = await listTrustedPeers(config);
  printResult(terminal, {
    json: { peers: peers.map(describeTrusted) },
    text: peers.length === 0
      ? "Nobody is trusted. Let a peer in with: mcpp invite, or: mcpp peers trust"
      : toTable(peers),
  }, options);
  return EXIT.ok;
}

function toTable(peers: readonly TrustedPeer[]): string {
  const nowMs = systemClock.now();
  return formatTable(
    ["PEER", "NAME", "ROLES", "BY", "SINCE"],
    peers.map(({ peerId, name = "-", roles, isRevoked, source, addedMs }) => [
      peerId,
      name,
      isRevoked ? "(revoked)" : roles.join(", "),
      source,
      formatAge(addedMs / 1000, nowMs),
    ]),
  );
}
