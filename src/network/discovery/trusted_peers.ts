import type { TrustedPeer, TrustList } from "../trust/trust_list.ts";
import type { DiscoveryContext, DiscoveryMethod } from "./discovery_method.ts";

/** The name under which trusted peers appear. */
export const TRUSTED = "trusted";
/** The list tells of its changes by itself. */
const INTERVAL_MS = 300_000;
const BUDGET_MS = 1_000;

/**
 * Find the peers that this node trusts, where they were when that began. The node stays connected to
 * them, as it does to bootstrap peers.
 *
 * @param trust The list of trusted peers.
 * @returns The method `trusted`.
 */
export function createTrustedPeers(trust: Pick<TrustList, "list" | "subscribe">): DiscoveryMethod {
  return {
    name: TRUSTED,
    reach: "wide",
    intervalMs: INTERVAL_MS,
    budgetMs: BUDGET_MS,
    start: (context) => {
      const subscription = trust.subscribe(({ peerId, peer }) => {
        context.lost(peerId);
        if (peer !== undefined) report(context, peer);
      });
      return Promise.resolve({
        [Symbol.asyncDispose]: () => Promise.resolve(subscription[Symbol.dispose]()),
      });
    },
    look: (context, signal) => {
      signal.throwIfAborted();
      for (const peer of trust.list()) report(context, peer);
      return Promise.resolve();
    },
  };
}

/** Where it was is no sign that it is there. */
function report(context: DiscoveryContext, { peerId, isRevoked, multiaddrs }: TrustedPeer): void {
  if (isRevoked || multiaddrs.length === 0) return;
  context.found({ peerId, multiaddrs, ttlMs: Infinity, lastSeenMs: 0 });
}
