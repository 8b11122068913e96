import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Network, Refusal } from "../network/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import type { NodeTrust } from "./open_trust.ts";

/** What a meeting point needs. */
export interface StartRendezvousDeps {
  readonly network: Network;
  /** Who is trusted no more. */
  readonly trust: Pick<NodeTrust, "policy">;
  /** Told of what peers were not let do. */
  readonly onRefusal: (refusal: Refusal) => void;
  readonly clock: Clock;
}

/**
 * Be a meeting point for peers that look for each other.
 *
 * @param group What it lives in.
 * @param deps Where it is served.
 */
export async function startRendezvous(
  group: TaskGroup,
  { network, trust, onRefusal, clock }: StartRendezvousDeps,
): Promise<void> {
  const { openPeerRecord } = await import("../network/libp2p/mod.ts");
  const { serveRendezvous } = await import("../network/discovery/rendezvous/mod.ts");
  // A point checks records and signs none.
  const records = { open: openPeerRecord };
  await serveRendezvous(group, {
    network,
    records,
    clock,
    // Who is invited is a stranger as yet, and finds the way by meeting points.
    mayUse: (peerId) => trust.policy.refusalOf(peerId) === undefined,
    onRefused: (peerId, reason) => onRefusal({ peerId, reason, subject: "rendezvous" }),
    onOffence: (peerId, offence) => network.noteOffence(peerId, offence),
    logger: getLogger("rendezvous"),
  });
}
