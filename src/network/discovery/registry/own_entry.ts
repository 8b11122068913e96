import { hostScopeOf, scopeOf } from "../../address_scope.ts";
import { chooseAnnouncedMultiaddr } from "../../announce.ts";
import type { DiscoverableSelf } from "../discovery_method.ts";
import type { RegistryEntry } from "./registry_entry.ts";

/** A node has a handful of addresses. */
const MAX_ADDRESSES = 16;
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
  const useful = reach === "wide" ? all.filter((address) => !isNear(address)) : all;
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
  if (isNear(multiaddr)) return 3;
  if (hostScopeOf(multiaddr) === "private") return 2;
  // A relay's address leads to the node as well, at more cost than its own.
  return isRelayed(multiaddr) ? 1 : 0;
}

/** This host, and one link: of no use to whoever reads a registry elsewhere. */
function isNear(multiaddr: string): boolean {
  const scope = hostScopeOf(multiaddr);
  return scope === "host" || scope === "link";
}

function isRelayed(multiaddr: string): boolean {
  return scopeOf(multiaddr) === "relay";
}
