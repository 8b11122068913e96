import type { Clock } from "../../concurrency/mod.ts";
import type { DiscoveredPeer } from "../network.ts";
import { rankMultiaddrs } from "./rank_multiaddrs.ts";

const DEFAULT_MAX_PEERS = 1024;
/** Several rounds of every method, and short enough that a peer which left is soon forgotten. */
const DEFAULT_TTL_MS = 60_000;
/** A peer has a handful of addresses; a liar could have any number. */
const MAX_ADDRESSES_PER_PEER = 16;

/** How peers are remembered. */
export interface DiscoveredPeersOptions {
  /** This node, which is never listed. */
  readonly selfPeerId: string;
  readonly clock: Clock;
  /** @default {1024} */
  readonly maxPeers?: number | undefined;
  /** How long a peer is remembered after it was last seen. @default {60000} */
  readonly ttlMs?: number | undefined;
}

/** A sighting of a peer. */
export interface Sighting {
  readonly peerId: string;
  readonly multiaddrs: readonly string[];
  readonly method: string;
}

/** The peers that discovery has found: those seen lately, up to a limit, and never this node. */
export class DiscoveredPeers {
  readonly #options: DiscoveredPeersOptions;
  readonly #maxPeers: number;
  readonly #ttlMs: number;
  // In the order in which they were last seen, which is what both limits need.
  readonly #peers = new Map<string, DiscoveredPeer>();

  constructor(options: DiscoveredPeersOptions) {
    this.#options = options;
    this.#maxPeers = options.maxPeers ?? DEFAULT_MAX_PEERS;
    this.#ttlMs = options.ttlMs ?? DEFAULT_TTL_MS;
  }

  /** A method has found a peer. Its addresses replace older ones. */
  observe(sighting: Sighting): void {
    const { peerId, method } = sighting;
    if (peerId === this.#options.selfPeerId) return;
    const multiaddrs = normalise(sighting);
    if (multiaddrs.length === 0) return;
    this.#put({ peerId, multiaddrs, method, lastSeenMs: this.#options.clock.now() });
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > this.#maxPeers && oldest !== undefined) this.#peers.delete(oldest);
  }

  /** There was traffic with a peer: it is there. */
  touch(peerId: string): void {
    const peer = this.get(peerId);
    if (peer !== undefined) this.#put({ ...peer, lastSeenMs: this.#options.clock.now() });
  }

  /** What is known about a peer. */
  get(peerId: string): DiscoveredPeer | undefined {
    this.#forgetOld();
    return this.#peers.get(peerId);
  }

  /** All peers, most recently seen first. */
  list(): readonly DiscoveredPeer[] {
    this.#forgetOld();
    return [...this.#peers.values()].reverse();
  }

  #put(peer: DiscoveredPeer): void {
    this.#peers.delete(peer.peerId);
    this.#peers.set(peer.peerId, Object.freeze(peer));
  }

  #forgetOld(): void {
    const oldestMs = this.#options.clock.now() - this.#ttlMs;
    for (const peer of this.#peers.values()) {
      if (peer.lastSeenMs > oldestMs) break;
      this.#peers.delete(peer.peerId);
    }
  }
}

/** Addresses of this very peer, each ending in its id, best first. */
function normalise({ peerId, multiaddrs }: Sighting): readonly string[] {
  const suffix = `/p2p/${peerId}`;
  const own = multiaddrs
    .filter((address) => !/^\/(ip4\/0\.0\.0\.0|ip6\/::)\//.test(address))
    .map((address) => address.includes("/p2p/") ? address : address + suffix)
    .filter((address) => address.endsWith(suffix));
  return rankMultiaddrs([...new Set(own)]).slice(0, MAX_ADDRESSES_PER_PEER);
}
