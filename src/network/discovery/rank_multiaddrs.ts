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

/** By address range: RFC 1918, RFC 4193, RFC 3927, RFC 4291. */
const RANGES: readonly (readonly [pattern: RegExp, rank: number])[] = [
  [/\/p2p-circuit(\/|$)/, 4],
  [/^\/ip4\/(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./, 0],
  [/^\/ip6\/f[cd]/i, 0],
  [/^\/ip4\/127\./, 2],
  [/^\/ip6\/::1\//, 2],
  [/^\/ip4\/169\.254\./, 3],
  [/^\/(ip6\/fe[89ab]|ip6zone\/)/i, 3],
];

/**
 * How late in that order an address comes.
 *
 * @param multiaddr The address.
 * @returns 0 for the best ones.
 */
export function rankMultiaddr(multiaddr: string): number {
  return RANGES.find(([pattern]) => pattern.test(multiaddr))?.[1] ?? 1;
}
