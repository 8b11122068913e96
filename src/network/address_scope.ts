/** From where a host can be dialled; see {@linkcode AddressScope}. */
export type HostScope = "host" | "link" | "private" | "public";

/**
 * From where an address can be dialled: `host` from this host only, `link` from the same link, `private`
 * from the same private network, `public` from everywhere, `relay` through another node.
 */
export type AddressScope = HostScope | "relay";

/** By the registries of special addresses: RFC 6890 and what it was updated by. */
const RANGES: readonly (readonly [pattern: RegExp, scope: HostScope])[] = [
  [/^\/ip4\/127\./, "host"],
  [/^\/ip6\/::1(\/|$)/, "host"],
  [/^\/dns[46]?\/localhost(\/|$)/, "host"],
  [/^\/ip4\/169\.254\./, "link"],
  [/^\/(ip6\/fe[89ab]|ip6zone\/)/i, "link"],
  [
    /^\/ip4\/(0|10|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./,
    "private",
  ],
  // For protocols, documentation, benchmarks, multicast and the future.
  [/^\/ip4\/(192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113|22[4-9]|2[3-5]\d)\./, "private"],
  [/^\/ip6\/(f[cdf]|2001:db8:|::)/i, "private"],
];

/**
 * From where an address can be dialled, as far as it shows. A name may lead anywhere, and counts as public.
 *
 * @param multiaddr The address.
 * @returns Its scope.
 */
export function scopeOf(multiaddr: string): AddressScope {
  return /\/p2p-circuit(\/|$)/.test(multiaddr) ? "relay" : hostScopeOf(multiaddr);
}

/**
 * From where the host can be dialled with which an address begins: the peer's own one, or its relay's.
 *
 * @param multiaddr The address.
 * @returns The scope of that host.
 */
export function hostScopeOf(multiaddr: string): HostScope {
  return RANGES.find(([pattern]) => pattern.test(multiaddr))?.[1] ?? "public";
}
