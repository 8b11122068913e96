import type { DiscoveredPeer } from "../network.ts";
import type { Reach } from "./discovery_method.ts";
import { compareRanks } from "./compare_ranks.ts";
import { rankMultiaddr } from "./rank_multiaddrs.ts";

/** A peer has a handful of addresses; a liar could have any number. */
const MAX_ADDRESSES = 16;
/** For so long an address at which the peer has answered is better than one where it has not. */
const VERIFIED_LATELY_MS = 600_000;
const REACHES: readonly Reach[] = ["host", "lan", "wide"];

/** Who has found a peer. */
export interface Finder {
  readonly name: string;
  readonly reach: Reach;
}

interface Claim {
  readonly reach: Reach;
  expiresMs: number;
}

interface Address {
  readonly multiaddr: string;
  /** How good it is by its range alone. */
  readonly range: number;
  /** By name of the method. */
  readonly claims: Map<string, Claim>;
  /** When the peer last answered there; 0 for never. */
  verifiedMs: number;
  /** Until when that keeps the address, whoever claims it. */
  keptUntilMs: number;
}

/** All that is known about one peer: who claims which address, and where it has answered. */
export class PeerEntry {
  readonly peerId: string;
  readonly #addresses = new Map<string, Address>();
  #lastSeenMs = 0;
  #lastMethod = "";
  #lastVerifiedMs = 0;
  /** Asked for all peers whenever one has to go, so it is not computed each time. */
  #standing: Standing | undefined;

  constructor(peerId: string) {
    this.peerId = peerId;
  }

  /** When there was the last sign of it; 0 for never. */
  get lastSeenMs(): number {
    return this.#lastSeenMs;
  }

  get isEmpty(): boolean {
    return this.#addresses.size === 0;
  }

  /** How well it is founded and how near it is, by the nearest method. */
  get standing(): Standing {
    if (this.#standing !== undefined) return this.#standing;
    const claims = this.#claims();
    return this.#standing = {
      isPinned: claims.some(({ expiresMs }) => expiresMs === Infinity),
      distance: Math.min(REACHES.length, ...claims.map(({ reach }) => REACHES.indexOf(reach))),
    };
  }

  /** There was a sign of it. */
  see(seenMs: number): void {
    this.#lastSeenMs = Math.max(this.#lastSeenMs, seenMs);
  }

  /** A method says where it is, best address first. Returns whether that is new. */
  claim(finder: Finder, multiaddrs: readonly string[], time: ClaimTime): boolean {
    this.#lastMethod = finder.name;
    this.#standing = undefined;
    let isNew = false;
    for (const multiaddr of multiaddrs.slice(0, MAX_ADDRESSES)) {
      const { claims } = this.#address(multiaddr);
      isNew ||= !claims.has(finder.name);
      // Last renewed last, which decides who has to go.
      claims.delete(finder.name);
      claims.set(finder.name, { reach: finder.reach, expiresMs: time.expiresMs });
    }
    this.#dropWorst(time.nowMs);
    return isNew;
  }

  /** A method takes back what it has said. Returns whether there was anything. */
  unclaim(name: string, nowMs: number): boolean {
    let isChanged = false;
    this.#standing = undefined;
    for (const { claims } of this.#addresses.values()) isChanged = claims.delete(name) || isChanged;
    this.expire(nowMs);
    return isChanged;
  }

  /** The peer has answered at an address, and proven that it is itself. */
  verify(multiaddr: string, time: ClaimTime): void {
    const address = this.#address(multiaddr);
    this.#lastVerifiedMs = address.verifiedMs = time.nowMs;
    address.keptUntilMs = time.expiresMs;
    this.#dropWorst(time.nowMs);
  }

  /** There is traffic with it: what has led to it stays, or all if nobody knows what has. */
  keep({ nowMs, expiresMs }: ClaimTime): void {
    const kept = [...this.#addresses.values()].filter(({ keptUntilMs }) => keptUntilMs > nowMs);
    for (const address of kept) address.keptUntilMs = expiresMs;
    if (kept.length > 0) return;
    for (const claim of this.#claims()) claim.expiresMs = Math.max(claim.expiresMs, expiresMs);
  }

  /** Forget what was not renewed. */
  expire(nowMs: number): void {
    for (const { multiaddr, claims, keptUntilMs } of this.#addresses.values()) {
      for (const [name, { expiresMs }] of claims) {
        if (expiresMs > nowMs) continue;
        claims.delete(name);
        this.#standing = undefined;
      }
      if (claims.size === 0 && keptUntilMs <= nowMs) this.#addresses.delete(multiaddr);
    }
  }

  /** Whether a method says where it is. */
  isClaimedBy(method: string): boolean {
    return this.#addresses.values().some(({ claims }) => claims.has(method));
  }

  /** Whether it has answered lately. */
  isVerified(nowMs: number): boolean {
    return isLately(this.#lastVerifiedMs, nowMs);
  }

  /** As it is shown. */
  toPeer(nowMs: number): DiscoveredPeer {
    const claiming = this.#methods();
    // A connection may outlast what has led to it.
    const methods = claiming.length > 0 ? claiming : [this.#lastMethod];
    return Object.freeze({
      peerId: this.peerId,
      multiaddrs: Object.freeze(this.#ranked(nowMs).map(({ multiaddr }) => multiaddr)),
      method: methods[0] ?? this.#lastMethod,
      methods: Object.freeze(methods),
      lastSeenMs: this.#lastSeenMs,
      lastVerifiedMs: this.#lastVerifiedMs === 0 ? undefined : this.#lastVerifiedMs,
    });
  }

  #address(multiaddr: string): Address {
    const address = this.#addresses.get(multiaddr) ?? createAddress(multiaddr);
    this.#addresses.delete(multiaddr);
    this.#addresses.set(multiaddr, address);
    return address;
  }

  #claims(): readonly Claim[] {
    return [...this.#addresses.values()].flatMap(({ claims }) => [...claims.values()]);
  }

  /** Names of the methods, nearest first. */
  #methods(): string[] {
    const reaches = new Map<string, number>();
    for (const { claims } of this.#addresses.values()) {
      for (const [name, { reach }] of claims) reaches.set(name, REACHES.indexOf(reach));
    }
    return [...reaches].sort(([, a], [, b]) => a - b).map(([name]) => name);
  }

  #ranked(nowMs: number): Address[] {
    const rank = (address: Address): number[] => [
      distanceOf(address),
      isLately(address.verifiedMs, nowMs) ? 0 : 1,
      address.range,
    ];
    return [...this.#addresses.values()]
      .map((address) => ({ address, rank: rank(address) }))
      .sort((a, b) => compareRanks(a.rank, b.rank))
      .map(({ address }) => address);
  }

  /** What is configured or has answered stays; then what is near, then what is new. */
  #dropWorst(nowMs: number): void {
    while (this.#addresses.size > MAX_ADDRESSES) {
      const worth = (address: Address): number[] => [
        isPinned(address) || isLately(address.verifiedMs, nowMs) ? 0 : 1,
        distanceOf(address),
      ];
      const [worst] = [...this.#addresses.values()]
        .map((address) => ({ address, worth: worth(address) }))
        .sort((a, b) => compareRanks(b.worth, a.worth));
      if (worst === undefined) return;
      this.#addresses.delete(worst.address.multiaddr);
    }
  }
}

/** What decides which of too many peers stays. */
export interface Standing {
  /** Whether somebody wants it to be remembered for ever. */
  readonly isPinned: boolean;
  /** 0 for this host. */
  readonly distance: number;
}

/** When something is said, and until when it holds. */
export interface ClaimTime {
  readonly nowMs: number;
  readonly expiresMs: number;
}

function createAddress(multiaddr: string): Address {
  const range = rankMultiaddr(multiaddr);
  return { multiaddr, range, claims: new Map(), verifiedMs: 0, keptUntilMs: 0 };
}

function isLately(verifiedMs: number, nowMs: number): boolean {
  return verifiedMs > 0 && nowMs - verifiedMs < VERIFIED_LATELY_MS;
}

function isPinned({ claims }: Address): boolean {
  return claims.values().some(({ expiresMs }) => expiresMs === Infinity);
}

function distanceOf({ claims }: Address): number {
  const distances = claims.values().map(({ reach }) => REACHES.indexOf(reach));
  return Math.min(REACHES.length - 1, ...distances);
}
