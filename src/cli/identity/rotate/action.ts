import { changeIdentity } from "../../../app/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { formatPairs } from "../../format_pairs.ts";
import { printResult } from "../../terminal.ts";
import type { IdentityInput } from "../identity_input.ts";

/**
 * Give this machine's node a new identity.
 *
 * @param input Whose.
 * @returns The exit code.
 */
export async function rotate({ options, config, terminal }: IdentityInput): Promise<number> {
  const { peerId, previousPeerId, backupPath, path } = await changeIdentity(config);
  printResult(terminal, {
    json: {
      peerId,
      previousPeerId: previousPeerId ?? null,
      path,
      backupPath: backupPath ?? null,
    },
    text: formatPairs([
      ["New peer id", peerId],
      ["Old peer id", previousPeerId],
      ["Old key", backupPath],
    ]),
  }, options);
  if (previousPeerId !== undefined) {
    terminal.writeErr(
      "Other nodes know this one by its old id: trust the new one there, and revoke the old one.\n" +
        `  mcpp peers trust ${peerId}\n  mcpp peers revoke ${previousPeerId}\n`,
    );
  }
  return EXIT.ok;
}
