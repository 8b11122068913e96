import { chooseAnnouncedMultiaddr } from "../../announce.ts";
import type { DiscoverableSelf } from "../discovery_method.ts";
import type { RegistryEntry } from "./registry_entry.ts";

/** A node has a handful of addresses. */
const MAX_ADDRESSES = 16;
/** This host, and one link: of no use to whoever reads a registry elsewhere. */
const NEAR = /^\/(ip4\/(127|169\.254)\.|ip6\/(::1\/|fe[89ab])|ip6zone\/)/i;
/** RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE =
  /^\/(ip4\/(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|ip6\/f[cd])/i;

/** How a node describes itself in a registry. */
export interface OwnEntryOptions {
  /** The name under which it has its one entry. */
  readonly runnerName: string;
  /** The address of this host as others see it, for a host behind a gateway. @default {undefined} */
  readonly publicIp?: string | undefined;
  /** Who reads the registry: the same network, or anybody. */
  readonly reach: "lan" | "wide";
  /** The time, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/**
 * What a node says about itself. Older readers see one address; others find all in `metadata`.
 *
 * @param self The node.
 * @param options Its name, its reach and the time.
 * @returns The entry, or `undefined` if the node cannot be dialled.
 */
export function createOwnEntry(
  self: DiscoverableSelf,
  options: OwnEntryOptions,
): RegistryEntry | undefined {
  const { runnerName, publicIp, reach, nowMs } = options;
  const known = self.multiaddrs();
  // A relay's address begins with the relay's host, which is not behind this gateway.
  const own = publicIp === undefined ? known : known.filter((address) => !isRelayed(address));
  const ordered = reach === "wide" ? widestFirst(own) : own;
  const multiaddr = chooseAnnouncedMultiaddr(ordered, { publicIp });
  if (multiaddr === undefined) return undefined;
  const all = [...new Set([multiaddr, ...known])];
  // Elsewhere, this host's own loopback addresses lead to other hosts; here, only they may work.
  const useful = reach === "wide" ? all.filter((address) => !NEAR.test(address)) : all;
  const [, , host = "", , port = "0"] = multiaddr.split("/");
  return {
    peerId: self.peerId,
    runnerName,
    publicIp: host,
    listenPort: Number.parseInt(port) || 0,
    multiaddr,
    lastSeenMs: nowMs,
    metadata: useful.length > 1 ? { multiaddrs: useful.slice(0, MAX_ADDRESSES) } : {},
  };
}

function widestFirst(multiaddrs: readonly string[]): readonly string[] {
  return [...multiaddrs].sort((a, b) => distance(a) - distance(b));
}

/** How many of those who read a public registry cannot dial an address. */
function distance(multiaddr: string): number {
  if (NEAR.test(multiaddr)) return 3;
  if (PRIVATE.test(multiaddr)) return 2;
  // A relay's address leads to the node as well, at more cost than its own.
  return isRelayed(multiaddr) ? 1 : 0;
}

function isRelayed(multiaddr: string): boolean {
  return multiaddr.includes("/p2p-circuit");
}
