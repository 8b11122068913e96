import type { Clock } from "../concurrency/mod.ts";
import type { Network, TrustList } from "../network/mod.ts";
import type { Claimer } from "../taskqueue/mod.ts";
import type { Neighbourhood, WorkingPeer } from "../tools/mod.ts";
import { toPeerTarget } from "./to_peer_target.ts";

/** What a node knows besides its network. */
export interface DescribeNeighbourhoodOptions {
  /** Peers that have asked this node for work, asked anew each time. @default nobody */
  readonly claimers?: (() => readonly Claimer[]) | undefined;
  /** Whom the node's owner trusts. @default {undefined} nobody has said */
  readonly trust?: Pick<TrustList, "get"> | undefined;
  readonly clock: Clock;
}

/**
 * What a node knows about the peers around it, and can do about them, as tools and resources want it.
 *
 * @param network The node's network.
 * @param options What it knows besides.
 * @returns The neighbourhood, asked anew each time it is looked at.
 */
export function describeNeighbourhood(
  network: Network,
  { claimers, trust, clock }: DescribeNeighbourhoodOptions,
): Neighbourhood {
  return {
    selfPeerId: network.peerId,
    listenPort: Number(/\/tcp\/(\d+)/.exec(network.multiaddrs()[0] ?? "")?.[1] ?? 0),
    startedAtMs: clock.now(),
    discoveredPeers: () => network.discoveredPeers(),
    workingPeers: () => claimers?.().map(toWorkingPeer) ?? [],
    connections: () => network.connections(),
    trustOf: (peerId) => trust?.get(peerId),
    methods: () => network.discoveryHealth(),
    reachability: () => network.reachability(),
    control: {
      discover: (options) => network.discover(options),
      connect: async (target, options) => await network.connect(toPeerTarget(target), options),
      disconnect: (peerId) => network.disconnect(peerId),
    },
    now: () => clock.now(),
  };
}

/**
 * What other nodes may see of a neighbourhood: who is there. Not what this node's owner thinks of them,
 * nor what goes wrong here; and they can do nothing about it.
 *
 * @param neighbourhood All of it.
 * @returns The rest.
 */
export function restrictNeighbourhood(neighbourhood: Neighbourhood): Neighbourhood {
  const { trustOf: _trust, methods: _methods, reachability: _reach, control: _control, ...rest } =
    neighbourhood;
  return rest;
}

function toWorkingPeer({ peerId, worker, types, lastClaimMs }: Claimer): WorkingPeer {
  const taskTypes = types === "any" ? [] : types;
  return { peerId, workerId: worker, taskTypes, lastSeenMs: lastClaimMs };
}
