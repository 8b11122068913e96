import { type AddressScope, scopeOf } from "../address_scope.ts";

/** The order in which addresses are worth a try. */
const RANKS: Readonly<Record<AddressScope, number>> = {
  private: 0,
  public: 1,
  host: 2,
  link: 3,
  relay: 4,
};

/**
 * Put addresses into the order in which they are worth a try: private networks first, then the
 * rest of the world, then this host, then addresses that mean something on one link only, and at
 * the end those through relays, which limit what goes through them.
 *
 * Nothing is dropped: two nodes on one host, or on a link without other addresses, find each other.
 *
 * @param multiaddrs The addresses.
 * @returns The same addresses, best first; equals stay in their order.
 */
export function rankMultiaddrs(multiaddrs: readonly string[]): readonly string[] {
  return [...multiaddrs].sort((a, b) => rankMultiaddr(a) - rankMultiaddr(b));
}

/**
 * How late in that order an address comes.
 *
 * @param multiaddr The address.
 * @returns 0 for the best ones.
 */
export function rankMultiaddr(multiaddr: string): number {
  return RANKS[scopeOf(multiaddr)];
}
