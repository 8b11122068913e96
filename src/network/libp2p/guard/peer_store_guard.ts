import type { Libp2p, Peer, PeerId } from "@libp2p/interface";

/** A peer has a handful of addresses; a host with many networks may have some dozens. */
const MAX_ADDRESSES = 128;
/** Peers of which libp2p may keep something, besides those that are connected. */
const MAX_PEERS = 2048;

/** What a {@linkcode PeerStoreGuard} works with. */
export interface PeerStoreGuardOptions {
  readonly node: Pick<Libp2p, "addEventListener" | "getConnections" | "peerStore">;
  /** Told of a peer that says it has more addresses than anybody has. */
  readonly onTooMany: (peerId: string) => void;
  /** Told of what fails, which is nothing that anybody has to wait for. */
  readonly onError: (error: unknown) => void;
  /** @default {2048} */
  readonly maxPeers?: number | undefined;
}

/**
 * Keeps libp2p's store of peers bounded: it remembers for hours what each of them has said of itself,
 * and identities cost nothing.
 */
export class PeerStoreGuard {
  readonly #options: PeerStoreGuardOptions;
  // Who was heard of last is last.
  readonly #peers = new Map<string, PeerId>();

  constructor(options: PeerStoreGuardOptions) {
    this.#options = options;
    const { node } = options;
    node.addEventListener("peer:update", ({ detail }) => {
      this.#cut(detail.peer).catch(options.onError);
    });
    // Only what a peer says of itself can be held against it.
    node.addEventListener("peer:identify", ({ detail: { peerId, listenAddrs } }) => {
      if (listenAddrs.length > MAX_ADDRESSES) options.onTooMany(peerId.toString());
    });
  }

  async #cut({ id, addresses }: Peer): Promise<void> {
    const { node } = this.#options;
    const peerId = id.toString();
    this.#peers.delete(peerId);
    this.#peers.set(peerId, id);
    for (const superfluous of this.#takeSuperfluous()) await node.peerStore.delete(superfluous);
    if (addresses.length <= MAX_ADDRESSES) return;
    await node.peerStore.patch(id, { addresses: addresses.slice(0, MAX_ADDRESSES) });
  }

  #takeSuperfluous(): readonly PeerId[] {
    const { node, maxPeers = MAX_PEERS } = this.#options;
    const taken: PeerId[] = [];
    for (const [peerId, id] of this.#peers) {
      if (this.#peers.size <= maxPeers) break;
      if (node.getConnections(id).length > 0) continue;
      this.#peers.delete(peerId);
      taken.push(id);
    }
    return taken;
  }
}
