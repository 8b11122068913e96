import { revokePeer } from "../../../app/mod.ts";
import type { Config } from "../../../config/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { printResult, type ResultFormat, type Terminal } from "../../terminal.ts";

/** What `mcpp peers revoke` was given. */
export interface RevokeInput {
  readonly peer: string;
  readonly options: ResultFormat;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Trust a peer no more.
 *
 * @param input Whom.
 * @returns The exit code.
 */
export async function revoke({ peer, options, config, terminal }: RevokeInput): Promise<number> {
  const { peerId, hasChanged } = await revokePeer(config, peer);
  printResult(terminal, {
    json: { peerId, hasChanged },
    text: hasChanged ? `${peerId} is trusted no more` : `${peerId} was revoked before`,
  }, options);
  return EXIT.ok;
}
