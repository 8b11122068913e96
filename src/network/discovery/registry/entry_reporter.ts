import type { DiscoveryContext, FoundPeer } from "../discovery_method.ts";
import { toPeerAddress } from "../peer_address.ts";
import type { RegistryEntry } from "./registry_entry.ts";

/** An entry holds for so long after it was last written; runners write anew every 5 to 10 minutes. */
export const ENTRY_TTL_MS = 30 * 60_000;
/** More than any swarm that meets in one registry has, and nothing to the memory. */
export const MAX_ENTRIES = 256;

const MAX_ADDRESSES = 16;
const PEER_ID = /^[1-9A-HJ-NP-Za-km-z]{32,128}$/;

/** An entry, and when it was really written. */
export interface SeenEntry {
  readonly entry: RegistryEntry;
  /** When it was written, in milliseconds since the Unix epoch. */
  readonly seenMs: number;
}

/** A look into a registry. */
export interface RegistryView {
  readonly entries: readonly SeenEntry[];
  /** The time by the clock that `seenMs` was taken from. */
  readonly nowMs: number;
}

/** Tells what a registry holds: fresh entries are found, and who was there and is not has gone. */
export class EntryReporter {
  #present: ReadonlySet<string> = new Set();

  /**
   * Report what a look into the registry has shown.
   *
   * @param context Who wants to know.
   * @param view What was seen.
   */
  report(context: DiscoveryContext, view: RegistryView): void {
    const peers = toPeers(view, context.self.peerId);
    for (const peer of peers.values()) context.found(peer);
    for (const peerId of this.#present) {
      if (!peers.has(peerId)) context.lost(peerId);
    }
    this.#present = new Set(peers.keys());
  }
}

/** The newest entry of each peer, newest first, up to the limit. */
function toPeers(view: RegistryView, selfPeerId: string): ReadonlyMap<string, FoundPeer> {
  const peers = new Map<string, FoundPeer>();
  for (const { entry, seenMs } of view.entries.toSorted((a, b) => b.seenMs - a.seenMs)) {
    const { peerId } = entry;
    const ttlMs = Math.min(ENTRY_TTL_MS, seenMs + ENTRY_TTL_MS - view.nowMs);
    if (ttlMs <= 0 || peers.size === MAX_ENTRIES) break;
    if (peerId === selfPeerId || peers.has(peerId) || !PEER_ID.test(peerId)) continue;
    const multiaddrs = toMultiaddrs(entry);
    if (multiaddrs.length > 0) peers.set(peerId, { peerId, multiaddrs, ttlMs });
  }
  return peers;
}

function toMultiaddrs({ peerId, multiaddr, metadata }: RegistryEntry): readonly string[] {
  const others = Array.isArray(metadata["multiaddrs"]) ? metadata["multiaddrs"] : [];
  const claimed = [multiaddr, ...others].slice(0, MAX_ADDRESSES);
  const addresses = claimed.flatMap((address) =>
    typeof address === "string" ? toPeerAddress(address, peerId) ?? [] : []
  );
  return [...new Set(addresses)];
}
