/** A peer that was heard of, as the handshake has proven it. */
export interface RecentPeer {
  readonly peerId: string;
  /** What it calls itself; empty if it did not say. */
  readonly hint: string;
  /** When it was last heard of; epoch milliseconds. */
  readonly lastSeenMs: number;
  /** When it last asked for work; `-Infinity` if it never did. */
  readonly lastClaimMs: number;
  /** The worker that it last asked for; empty if none. */
  readonly worker: string;
  /** What it last asked for. */
  readonly types: readonly string[] | "any";
}

/** How many peers are remembered; the one that was not heard of for longest is forgotten first. */
const MAX_PEERS = 1_024;
/** How long a peer is remembered. */
const KNOWN_MS = 300_000;
/** Longest name that is kept of what a peer says of itself. */
const MAX_HINT_LENGTH = 256;

/** Remembers, for a while, who was heard of. Only shown: nothing is decided by it. */
export class RecentPeers {
  /** In the order in which they were last heard of. */
  readonly #peers = new Map<string, RecentPeer>();

  /** Note that a peer has asked for work. */
  noteClaim(peerId: string, claim: Pick<RecentPeer, "worker" | "types">, nowMs: number): void {
    const hint = this.#peers.get(peerId)?.hint ?? "";
    const { worker, types } = claim;
    this.#put({ peerId, hint, lastSeenMs: nowMs, lastClaimMs: nowMs, worker, types });
  }

  /** Note a sign of life. */
  noteHeartbeat(peerId: string, hint: string, nowMs: number): void {
    const known = this.#peers.get(peerId);
    const { lastClaimMs = -Infinity, worker = "", types = [] } = known ?? {};
    const name = hint.slice(0, MAX_HINT_LENGTH);
    this.#put({ peerId, hint: name, lastSeenMs: nowMs, lastClaimMs, worker, types });
  }

  /** When a peer last asked for work. */
  lastClaimMs(peerId: string): number {
    return this.#peers.get(peerId)?.lastClaimMs ?? -Infinity;
  }

  /** The peers that last asked for work for a worker. */
  peersOf(worker: string): readonly string[] {
    const peers = [...this.#peers.values()].filter((peer) => peer.worker === worker);
    return peers.map(({ peerId }) => peerId);
  }

  /** The newest of them, newest first. */
  list(nowMs: number, limit: number): readonly RecentPeer[] {
    const recent = [...this.#peers.values()].filter((peer) => nowMs - peer.lastSeenMs <= KNOWN_MS);
    return recent.reverse().slice(0, limit);
  }

  #put(peer: RecentPeer): void {
    this.#peers.delete(peer.peerId);
    this.#peers.set(peer.peerId, peer);
    for (const [peerId, { lastSeenMs }] of this.#peers) {
      const isOld = peer.lastSeenMs - lastSeenMs > KNOWN_MS;
      if (!isOld && this.#peers.size <= MAX_PEERS) break;
      this.#peers.delete(peerId);
    }
  }
}
