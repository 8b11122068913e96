import type { Clock } from "../../concurrency/mod.ts";
import type { DiscoveredPeer } from "../network.ts";
import type { FoundPeer } from "./discovery_method.ts";
import { compareRanks } from "./compare_ranks.ts";
import { isPeerIdLike, toPeerAddress } from "./peer_address.ts";
import { rankMultiaddrs } from "./rank_multiaddrs.ts";
import { type ClaimTime, type Finder, PeerEntry } from "./peer_entry.ts";

const DEFAULT_MAX_PEERS = 1024;
/** Addresses of one peer that are looked at at all. */
const MAX_CLAIMS = 256;
/** Several rounds of most methods, and short enough that a peer which left is soon forgotten. */
const DEFAULT_TTL_MS = 60_000;

/** How peers are remembered. */
export interface PeerBookOptions {
  /** This node, which is never listed. */
  readonly selfPeerId: string;
  readonly clock: Clock;
  /** @default {1024} */
  readonly maxPeers?: number | undefined;
  /** How long a peer is remembered, unless its finder says otherwise. @default {60000} */
  readonly ttlMs?: number | undefined;
}

/** Something about a peer has changed, or it is forgotten. */
export interface PeerBookChange {
  readonly peerId: string;
  /** Where it has just proven that it is itself. */
  readonly verifiedMultiaddr?: string | undefined;
  /** Whether a method has just had a sign of it. @default {false} */
  readonly isSeen?: boolean | undefined;
}

/** Is told of changes. It must not throw. */
export type PeerBookListener = (change: PeerBookChange) => void;

/**
 * The peers that discovery has found, merged by id: who has found them, where they are said to be,
 * where they have answered. Bounded, and everything in it goes when it is not renewed.
 */
export class PeerBook {
  readonly #options: PeerBookOptions;
  readonly #maxPeers: number;
  readonly #ttlMs: number;
  readonly #entries = new Map<string, PeerEntry>();
  readonly #listeners = new Set<PeerBookListener>();

  constructor(options: PeerBookOptions) {
    this.#options = options;
    this.#maxPeers = options.maxPeers ?? DEFAULT_MAX_PEERS;
    this.#ttlMs = options.ttlMs ?? DEFAULT_TTL_MS;
  }

  /** A method has found a peer. Returns whether what it says is of any use. */
  found(finder: Finder, peer: FoundPeer): boolean {
    const { peerId, ttlMs = this.#ttlMs } = peer;
    if (peerId === this.#options.selfPeerId || !isPeerIdLike(peerId) || !(ttlMs > 0)) return false;
    const own = peer.multiaddrs.slice(0, MAX_CLAIMS)
      .map((address) => toPeerAddress(address, peerId))
      .filter((address) => address !== undefined);
    if (own.length === 0) return false;
    const time = this.#time(ttlMs);
    const entry = this.#live(peerId) ?? new PeerEntry(peerId);
    const isNew = entry.claim(finder, rankMultiaddrs([...new Set(own)]), time);
    // The clocks of others may be ahead.
    entry.see(Math.min(time.nowMs, peer.lastSeenMs ?? time.nowMs));
    this.#putLast(entry);
    this.#dropWorst();
    const isSeen = peer.lastSeenMs === undefined;
    if (isNew || isSeen) this.#tell({ peerId, isSeen });
    return true;
  }

  /** A method takes back what it has said about a peer. */
  lost(finder: Pick<Finder, "name">, peerId: string): void {
    const entry = this.#live(peerId);
    if (entry?.unclaim(finder.name, this.#options.clock.now()) !== true) return;
    if (entry.isEmpty) this.#entries.delete(peerId);
    this.#tell({ peerId });
  }

  /**
   * A listed peer has proven at an address that it is itself. Others are ignored: who was dialled
   * on somebody's word alone is not among the discovered ones.
   */
  noteVerified(peerId: string, multiaddr: string): void {
    const entry = this.#live(peerId);
    const address = toPeerAddress(multiaddr, peerId);
    if (entry === undefined || address === undefined) return;
    const time = this.#time(this.#ttlMs);
    entry.verify(address, time);
    entry.see(time.nowMs);
    this.#putLast(entry);
    this.#tell({ peerId, verifiedMultiaddr: address });
  }

  /** There was traffic with a peer: it is there. */
  touch(peerId: string): void {
    const entry = this.#live(peerId);
    if (entry === undefined) return;
    const time = this.#time(this.#ttlMs);
    entry.keep(time);
    entry.see(time.nowMs);
    this.#putLast(entry);
  }

  /** What is known about a peer, also if there was no sign of it yet. */
  get(peerId: string): DiscoveredPeer | undefined {
    return this.#live(peerId)?.toPeer(this.#options.clock.now());
  }

  /** All peers of which there was a sign, most recently seen first. */
  list(): readonly DiscoveredPeer[] {
    const nowMs = this.#options.clock.now();
    return this.#allLive().filter(({ lastSeenMs }) => lastSeenMs > 0)
      .sort((a, b) => b.lastSeenMs - a.lastSeenMs)
      .map((entry) => entry.toPeer(nowMs));
  }

  /** How many peers a method knows at this moment. */
  countOf(method: string): number {
    return this.#allLive().filter((entry) => entry.isClaimedBy(method)).length;
  }

  /** Be told of changes; dispose to end that. */
  subscribe(listener: PeerBookListener): Disposable {
    const own: PeerBookListener = (change) => listener(change);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Newest first, but for what was seen before it was told. */
  #allLive(): PeerEntry[] {
    const live = [...this.#entries.keys()].map((peerId) => this.#live(peerId)).reverse();
    return live.filter((entry) => entry !== undefined);
  }

  #putLast(entry: PeerEntry): void {
    this.#entries.delete(entry.peerId);
    this.#entries.set(entry.peerId, entry);
  }

  #live(peerId: string): PeerEntry | undefined {
    const entry = this.#entries.get(peerId);
    entry?.expire(this.#options.clock.now());
    if (entry?.isEmpty !== true) return entry;
    this.#entries.delete(peerId);
    return undefined;
  }

  #time(ttlMs: number): ClaimTime {
    const nowMs = this.#options.clock.now();
    return { nowMs, expiresMs: nowMs + ttlMs };
  }

  /** What a person has configured stays; then who has answered, then who is near, then who is new. */
  #dropWorst(): void {
    if (this.#entries.size <= this.#maxPeers) return;
    const nowMs = this.#options.clock.now();
    const worth = (entry: PeerEntry): number[] => [
      entry.standing.isPinned ? 0 : 1,
      entry.isVerified(nowMs) ? 0 : 1,
      entry.standing.distance,
      -entry.lastSeenMs,
    ];
    let worst: { peerId: string; worth: number[] } | undefined;
    for (const [peerId, entry] of this.#entries) {
      const its = { peerId, worth: worth(entry) };
      if (worst === undefined || compareRanks(its.worth, worst.worth) > 0) worst = its;
    }
    if (worst === undefined) return;
    this.#entries.delete(worst.peerId);
    this.#tell({ peerId: worst.peerId });
  }

  #tell(change: PeerBookChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
