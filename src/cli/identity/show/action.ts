import { showIdentity } from "../../../app/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { printResult } from "../../terminal.ts";
import type { IdentityInput } from "../identity_input.ts";

/**
 * Print who this machine's node is.
 *
 * @param input Whose.
 * @returns The exit code.
 */
export async function show({ options, config, terminal }: IdentityInput): Promise<number> {
  const { peerId, path } = await showIdentity(config);
  printResult(terminal, { json: { peerId, path }, text: peerId }, options);
  return EXIT.ok;
}
