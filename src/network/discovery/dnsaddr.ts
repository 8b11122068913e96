import { toErrorMessage } from "../../error/mod.ts";
import { peerIdOfAddress } from "./peer_address.ts";

/** Entries may name other entries; deeper than this they go in circles. */
const MAX_DEPTH = 3;
/** Questions to ask for one address, however its entries branch. */
const MAX_LOOKUPS = 16;
/** Addresses to take from one address. */
const MAX_ADDRESSES = 64;
const DNSADDR = /^\/dnsaddr\/([^/]{1,253})(?:\/p2p\/([^/]+))?$/;

/** The TXT records of a name, each as one text; none if the name does not exist. */
export type ResolveTxt = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

/** How addresses are resolved. */
export interface DnsaddrOptions {
  /** Asks for TXT records. */
  readonly resolveTxt: ResolveTxt;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Whether an address is the name of addresses rather than one of them.
 *
 * @param multiaddr The address.
 */
export function isDnsaddr(multiaddr: string): boolean {
  return multiaddr.startsWith("/dnsaddr/");
}

/**
 * Resolve a `/dnsaddr` address by the TXT records of `_dnsaddr.<host>`, as the libp2p addressing
 * specification has it. If it names a peer, only addresses of that peer count.
 *
 * @param multiaddr The address.
 * @param options The resolver.
 * @returns Addresses that this node can dial and that say whom they lead to.
 * @throws {Error} If the address is none, or every name behind it failed to resolve.
 */
export async function resolveDnsaddr(
  multiaddr: string,
  options: DnsaddrOptions,
): Promise<readonly string[]> {
  const search: Search = { ...options, seen: new Set(), found: new Set(), failure: undefined };
  await resolve(multiaddr, 1, search);
  if (search.found.size === 0 && search.failure !== undefined) throw search.failure;
  return [...search.found];
}

interface Search extends DnsaddrOptions {
  /** Names that were asked for, with the peer that was wanted. */
  readonly seen: Set<string>;
  readonly found: Set<string>;
  failure: Error | undefined;
}

async function resolve(multiaddr: string, depth: number, search: Search): Promise<void> {
  const [, host, wanted] = DNSADDR.exec(multiaddr) ?? [];
  if (host === undefined) {
    throw new Error(`Cannot resolve address as it is malformed: multiaddr "${multiaddr}"`);
  }
  if (search.seen.has(multiaddr) || search.seen.size >= MAX_LOOKUPS) return;
  search.seen.add(multiaddr);
  const entries = await lookUp(host, search);
  await Promise.all(entries.map(async (entry) => {
    const peerId = peerIdOfAddress(entry);
    if (wanted !== undefined && peerId !== wanted) return;
    if (!isDnsaddr(entry)) {
      if (isDialable(entry) && search.found.size < MAX_ADDRESSES) search.found.add(entry);
    } else if (depth < MAX_DEPTH && DNSADDR.test(entry)) {
      await resolve(entry, depth + 1, search);
    }
  }));
}

/** A name that does not resolve is no reason to give up the others. */
async function lookUp(host: string, search: Search): Promise<readonly string[]> {
  try {
    const texts = await search.resolveTxt(`_dnsaddr.${host}`, search.signal);
    const entries = texts.map((text) => /^dnsaddr=(\/\S{1,511})$/.exec(text)?.[1]);
    return entries.filter((entry) => entry !== undefined).slice(0, MAX_ADDRESSES);
  } catch (error) {
    search.signal.throwIfAborted();
    search.failure ??= new Error(
      `Cannot resolve address as ${toErrorMessage(error)}: name "_dnsaddr.${host}"`,
      { cause: error },
    );
    return [];
  }
}

/** TCP with Noise is what this node speaks. */
function isDialable(multiaddr: string): boolean {
  return peerIdOfAddress(multiaddr) !== undefined &&
    /^\/(ip4|ip6|dns|dns4|dns6)\//.test(multiaddr) &&
    /\/tcp\/\d+\/p2p\//.test(multiaddr);
}
