import type { Clock } from "../../../../concurrency/mod.ts";
import type { Reachability } from "../../../network.ts";

/** What a peer has found counts for so long. */
const MAX_AGE_MS = 60 * 60 * 1000;
const MAX_ADDRESSES = 16;
const MAX_PEERS = 16;

interface Finding {
  readonly isReachable: boolean;
  readonly atMs: number;
}

/**
 * What peers have found when they dialled addresses of this node. Each peer has one voice for each address,
 * as any of them may lie or be cut off itself; with as many on both sides those who got through are right.
 */
export class Verdicts {
  readonly #clock: Clock;
  readonly #findings = new Map<string, Map<string, Finding>>();

  /** @param clock Whose time it is. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Note what a peer has found. */
  add(address: string, peerId: string, isReachable: boolean): void {
    const found = this.#findings.get(address) ?? new Map<string, Finding>();
    this.#findings.delete(address);
    this.#findings.set(address, found);
    found.delete(peerId);
    found.set(peerId, { isReachable, atMs: this.#clock.monotonicMs() });
    dropOldest(found, MAX_PEERS);
    dropOldest(this.#findings, MAX_ADDRESSES);
  }

  /** Forget what was found about an address that the node does not have any more. */
  forget(address: string): void {
    this.#findings.delete(address);
  }

  /** Addresses about which something was found. */
  addresses(): readonly string[] {
    return [...this.#findings.keys()];
  }

  /** How long ago a peer has looked; `Infinity` if it has not. */
  ageMs(address: string, peerId: string): number {
    const atMs = this.#findings.get(address)?.get(peerId)?.atMs ?? -Infinity;
    return this.#clock.monotonicMs() - atMs;
  }

  /** Whether an address can be dialled; `undefined` if nobody has tried lately. */
  of(address: string): boolean | undefined {
    const recent = [...this.#findings.get(address)?.values() ?? []]
      .filter(({ atMs }) => this.#clock.monotonicMs() - atMs <= MAX_AGE_MS);
    if (recent.length === 0) return undefined;
    const reached = recent.filter(({ isReachable }) => isReachable).length;
    return 2 * reached >= recent.length;
  }

  /** Whether the node can be dialled at all. */
  status(): Reachability["status"] {
    const verdicts = this.addresses().map((address) => this.of(address));
    if (verdicts.includes(true)) return "public";
    return verdicts.includes(false) ? "private" : "unknown";
  }
}

function dropOldest(map: Map<string, unknown>, maxSize: number): void {
  for (const key of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(key);
  }
}
