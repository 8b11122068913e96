import { scopeOf } from "../../../address_scope.ts";

/**
 * Whether an address is a public IP address with a port. A name may lead anywhere, and nobody is to be
 * dialled in a node's own networks because others ask for it.
 *
 * @param multiaddr The address, without a peer id.
 */
export function isPublicTcp(multiaddr: string): boolean {
  return /^\/ip[46]\/[^/]+\/tcp\/\d+$/.test(multiaddr) && scopeOf(multiaddr) === "public";
}
