import type { Address } from "@libp2p/interface";
import { rankMultiaddr } from "../discovery/rank_multiaddrs.ts";

/**
 * Put the addresses of a peer into the order in which they are dialled, as everywhere else here. libp2p's own
 * order has a relay with a public address before the peer itself in the same private network.
 */
export function compareAddresses(a: Address, b: Address): -1 | 0 | 1 {
  const difference = rankMultiaddr(a.multiaddr.toString()) - rankMultiaddr(b.multiaddr.toString());
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}
