import type { DhtPeer } from "./dht.ts";

/** Peers that are looked at in one round; the rest of a flood is dropped. */
const MAX_PROVIDERS = 1024;
const MAX_NAMERS = 16;

/** Who is entered under a key, as others say. */
export class Providers {
  readonly #namers = new Map<string, Set<string>>();

  /** Somebody has named a peer. Returns whether that counts. */
  add({ peerId, namedBy }: DhtPeer): boolean {
    const namers = this.#namers.get(peerId);
    if (namers === undefined) {
      if (this.#namers.size >= MAX_PROVIDERS) return false;
      this.#namers.set(peerId, new Set([namedBy]));
    } else if (namers.size < MAX_NAMERS) namers.add(namedBy);
    return true;
  }

  /** Who has named a peer; empty if nobody has. */
  namersOf(peerId: string): readonly string[] {
    return [...this.#namers.get(peerId) ?? []];
  }

  /** Those that most have named first, as a liar is alone with what it says. */
  byVotes(): readonly string[] {
    return [...this.#namers].sort(([, a], [, b]) => b.size - a.size).map(([peerId]) => peerId);
  }
}
