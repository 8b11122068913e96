import type { PeerInfo } from "@libp2p/interface";
import { CODE_P2P, type Multiaddr, multiaddr } from "@multiformats/multiaddr";

const MAX_PEERS = 1024;
const MAX_ADDRESSES_PER_PEER = 16;

/**
 * Where peers are, as others in the table say. It is apart from what the node itself knows of peers,
 * and bounded: whoever answers a question could name any number.
 */
export class AddressBook {
  readonly #peers = new Map<string, readonly Multiaddr[]>();

  /** How many peers it has. */
  get size(): number {
    return this.#peers.size;
  }

  /** Somebody has said where a peer is. */
  add({ id, multiaddrs }: PeerInfo): void {
    const peerId = id.toString();
    this.#peers.delete(peerId);
    if (multiaddrs.length === 0) return;
    const addresses = multiaddrs.slice(0, MAX_ADDRESSES_PER_PEER);
    // Whoever else answers there is not the one that was looked for.
    this.#peers.set(peerId, addresses.map((address) => endWithPeer(address, peerId)));
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > MAX_PEERS && oldest !== undefined) this.#peers.delete(oldest);
  }

  /** Where a peer is, each ending in its id; empty if nobody has said. */
  get(peerId: string): readonly Multiaddr[] {
    return this.#peers.get(peerId) ?? [];
  }
}

function endWithPeer(address: Multiaddr, peerId: string): Multiaddr {
  const last = address.getComponents().at(-1);
  if (last?.code === CODE_P2P && last.value === peerId) return address;
  return multiaddr(`${address}/p2p/${peerId}`);
}
