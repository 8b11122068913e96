import type { Clock } from "../concurrency/mod.ts";
import type { Network } from "../network/mod.ts";
import type { Claimer } from "../taskqueue/mod.ts";
import type { Neighbourhood, WorkingPeer } from "../tools/mod.ts";

/** What a node knows besides its network. */
export interface DescribeNeighbourhoodOptions {
  /** Peers that have asked this node for work, asked anew each time. @default nobody */
  readonly claimers?: (() => readonly Claimer[]) | undefined;
  readonly clock: Clock;
}

/**
 * What a node knows about the peers around it, as tools and resources want it.
 *
 * @param network The node's network.
 * @param options What it knows besides.
 * @returns The neighbourhood, asked anew each time it is looked at.
 */
export function describeNeighbourhood(
  network: Network,
  { claimers, clock }: DescribeNeighbourhoodOptions,
): Neighbourhood {
  return {
    selfPeerId: network.peerId,
    listenPort: Number(/\/tcp\/(\d+)/.exec(network.multiaddrs()[0] ?? "")?.[1] ?? 0),
    startedAtMs: clock.now(),
    discoveredPeers: () => network.discoveredPeers(),
    workingPeers: () => claimers?.().map(toWorkingPeer) ?? [],
    now: () => clock.now(),
  };
}

function toWorkingPeer({ peerId, worker, types, lastClaimMs }: Claimer): WorkingPeer {
  const taskTypes = types === "any" ? [] : types;
  return { peerId, workerId: worker, taskTypes, lastSeenMs: lastClaimMs };
}
