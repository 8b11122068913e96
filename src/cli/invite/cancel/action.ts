import { cancelInvite } from "../../../app/mod.ts";
import type { Config } from "../../../config/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { printResult, type ResultFormat, type Terminal } from "../../terminal.ts";
import { describeInvite } from "../describe_invite.ts";

/** What `mcpp invite cancel` was given. */
export interface CancelInviteInput {
  readonly id: string;
  readonly options: ResultFormat;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Cancel an invitation.
 *
 * @param input Which one.
 * @returns The exit code.
 */
export async function cancel(
  { id, options, config, terminal }: CancelInviteInput,
): Promise<number> {
  const invite = await cancelInvite(config, id);
  const json = { ...describeInvite(invite), state: "cancelled" };
  printResult(
    terminal,
    { json, text: `Nobody can use invitation ${invite.id} any more.` },
    options,
  );
  return EXIT.ok;
}
