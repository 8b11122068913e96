import { type ListedInvite, listInvites } from "../../../app/mod.ts";
import { systemClock } from "../../../concurrency/mod.ts";
import type { Config } from "../../../config/mod.ts";
import { EXIT } from "../../exit_code.ts";
import { formatAge } from "../../format_age.ts";
import { formatTable } from "../../format_table.ts";
import { printResult, type ResultFormat, type Terminal } from "../../terminal.ts";
import { describeInvite } from "../describe_invite.ts";

/** What `mcpp invite list` was given. */
export interface ListInvitesInput {
  readonly options: ResultFormat;
  readonly config: Config;
  readonly terminal: Terminal;
}

/**
 * Print the invitations.
 *
 * @param input Of which node.
 * @returns The exit code.
 */
export async function list({ options, config, terminal }: ListInvitesInput): Promise<number> {
  const invites = await listInvites(config);
  printResult(terminal, {
    json: { invites: invites.map((each) => ({ ...describeInvite(each), state: each.state })) },
    text: invites.length === 0
      ? "There is no invitation. Make one with: mcpp invite"
      : toTable(invites),
  }, options);
  return EXIT.ok;
}

function toTable(invites: readonly ListedInvite[]): string {
  const nowMs = systemClock.now();
  return formatTable(
    ["ID", "STATE", "ROLES", "NAME", "MADE", "USED BY"],
    invites.map(({ id, state, roles, name = "-", createdMs, expiresMs, usedBy = "-" }) => [
      id,
      // An age with both ends the other way round.
      state === "open" ? `open, ${formatAge(nowMs / 1000, expiresMs)} left` : state,
      roles.join(", "),
      name,
      `${formatAge(createdMs / 1000, nowMs)} ago`,
      usedBy,
    ]),
  );
}
