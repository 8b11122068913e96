import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Network, Refusal } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import type { NodeTrust } from "./open_trust.ts";

/** What lets others in. */
export interface StartInvitesDeps {
  readonly network: Network;
  readonly trust: Pick<NodeTrust, "list">;
  /** Where this node's invitations are. */
  readonly invitesPath: string;
  readonly onRefusal: (refusal: Refusal) => void;
  readonly clock: Clock;
}

/**
 * Let in whoever shows an invitation of this node.
 *
 * @param group What it lives in.
 * @param deps Where invitations and trusted peers are.
 */
export async function startInvites(group: TaskGroup, deps: StartInvitesDeps): Promise<void> {
  const { network, trust, invitesPath: path, onRefusal, clock } = deps;
  const { openInviteStore, serveInvites } = await import("../network/trust/invite/mod.ts");
  await serveInvites(group, {
    network,
    invites: openInviteStore({ path, clock }),
    trust: trust.list,
    onRefusal,
    clock,
    logger: getLogger("trust"),
  });
}
