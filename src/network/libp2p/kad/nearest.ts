import type { PeerId } from "@libp2p/interface";
import { sha256 } from "multiformats/hashes/sha2";

/** The peers that have answered on the way to a key, nearest first, and no more than are needed. */
export class Nearest {
  readonly #target: Uint8Array;
  readonly #maxPeers: number;
  readonly #peers = new Map<string, { readonly peer: PeerId; readonly distance: Uint8Array }>();

  private constructor(target: Uint8Array, maxPeers: number) {
    this.#target = target;
    this.#maxPeers = maxPeers;
  }

  /**
   * @param key The key, as it is sent.
   * @param maxPeers How many peers are kept.
   */
  static async create(key: Uint8Array, maxPeers: number): Promise<Nearest> {
    return new Nearest((await sha256.digest(key)).digest, maxPeers);
  }

  /** How many have answered. */
  get size(): number {
    return this.#peers.size;
  }

  /** A peer has answered. */
  async add(peer: PeerId): Promise<void> {
    const { digest } = await sha256.digest(peer.toMultihash().bytes);
    const distance = digest.map((byte, index) => byte ^ (this.#target[index] ?? 0));
    this.#peers.set(peer.toString(), { peer, distance });
  }

  /** Those that are nearest to the key. */
  list(): readonly PeerId[] {
    return [...this.#peers.values()]
      .sort((a, b) => compareBytes(a.distance, b.distance))
      .slice(0, this.#maxPeers)
      .map(({ peer }) => peer);
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (const [index, byte] of a.entries()) {
    const difference = byte - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
