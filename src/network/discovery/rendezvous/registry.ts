import type { Clock } from "../../../concurrency/mod.ts";
import type { RendezvousLimits } from "./limits.ts";

/** A peer that wants to be listed. */
export interface RegistryEntry {
  readonly peerId: string;
  readonly namespace: string;
  readonly signedPeerRecord: Uint8Array;
  readonly ttlMs: number;
}

/** A peer that is listed. */
export interface Listed extends RegistryEntry {
  /** Each registration and each refresh has a higher one than all before: what cookies count with. */
  readonly serial: number;
  /** By the monotonic clock. */
  readonly expiresMs: number;
}

/** Which registrations are wanted. */
export interface RegistryQuery {
  /** All if `undefined`. */
  readonly namespace: string | undefined;
  /** Only what was registered or refreshed after this one. */
  readonly afterSerial: number;
  readonly limit: number;
}

/** What was full when a peer wanted to register. */
export type RegistryFull = "point" | "namespace" | "peer";

/** Who is in which namespace, until when. Lives in memory: peers register anew after a restart. */
export class Registry {
  readonly #clock: Clock;
  readonly #limits: RendezvousLimits;
  // In the order of their serials, all three: the oldest first.
  readonly #bySerial = new Map<number, Listed>();
  readonly #byNamespace = new Map<string, Map<string, Listed>>();
  readonly #countByPeer = new Map<string, number>();
  #lastSerial = 0;
  #nextExpiryMs = Infinity;

  constructor(clock: Clock, limits: RendezvousLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many registrations there are. */
  get size(): number {
    this.#forgetExpired();
    return this.#bySerial.size;
  }

  /**
   * List a peer, or renew its listing.
   *
   * @returns What is full, or `undefined` if the peer is listed now.
   */
  register(entry: RegistryEntry): RegistryFull | undefined {
    this.#forgetExpired();
    const { peerId, namespace } = entry;
    const full = this.#isListed(entry) ? undefined : this.#whatIsFull(entry);
    if (full !== undefined) return full;
    this.unregister(peerId, namespace);
    const expiresMs = this.#clock.monotonicMs() + entry.ttlMs;
    this.#add({ ...entry, serial: ++this.#lastSerial, expiresMs });
    return undefined;
  }

  /** List a peer no more; nothing happens if it is not. */
  unregister(peerId: string, namespace: string): void {
    const listed = this.#byNamespace.get(namespace)?.get(peerId);
    if (listed !== undefined) this.#remove(listed);
  }

  /** Registrations, oldest first. */
  *list({ namespace, afterSerial, limit }: RegistryQuery): IterableIterator<Listed> {
    this.#forgetExpired();
    const all = namespace === undefined ? this.#bySerial : this.#byNamespace.get(namespace);
    let count = 0;
    for (const listed of all?.values() ?? []) {
      if (count === limit) return;
      if (listed.serial <= afterSerial) continue;
      yield listed;
      count++;
    }
  }

  /** How long a registration still lasts. */
  remainingMs(listed: Listed): number {
    return Math.max(0, listed.expiresMs - this.#clock.monotonicMs());
  }

  #isListed({ peerId, namespace }: RegistryEntry): boolean {
    return this.#byNamespace.get(namespace)?.has(peerId) === true;
  }

  #whatIsFull({ peerId, namespace }: RegistryEntry): RegistryFull | undefined {
    const { maxRegistrations, maxRegistrationsPerPeer, maxPeersPerNamespace } = this.#limits;
    if ((this.#countByPeer.get(peerId) ?? 0) >= maxRegistrationsPerPeer) return "peer";
    const peers = this.#byNamespace.get(namespace)?.size ?? 0;
    if (peers >= maxPeersPerNamespace) return "namespace";
    return this.#bySerial.size >= maxRegistrations ? "point" : undefined;
  }

  #add(listed: Listed): void {
    const { peerId, namespace } = listed;
    const peers = this.#byNamespace.get(namespace) ?? new Map<string, Listed>();
    this.#byNamespace.set(namespace, peers.set(peerId, listed));
    this.#bySerial.set(listed.serial, listed);
    this.#countByPeer.set(peerId, (this.#countByPeer.get(peerId) ?? 0) + 1);
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, listed.expiresMs);
  }

  #remove({ peerId, namespace, serial }: Listed): void {
    this.#bySerial.delete(serial);
    const peers = this.#byNamespace.get(namespace);
    peers?.delete(peerId);
    if (peers?.size === 0) this.#byNamespace.delete(namespace);
    const count = (this.#countByPeer.get(peerId) ?? 1) - 1;
    if (count === 0) this.#countByPeer.delete(peerId);
    else this.#countByPeer.set(peerId, count);
  }

  /** Whenever somebody looks, so that no timer is needed: what is there in between is bounded. */
  #forgetExpired(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextExpiryMs) return;
    this.#nextExpiryMs = Infinity;
    for (const listed of this.#bySerial.values()) {
      if (listed.expiresMs <= nowMs) this.#remove(listed);
      else this.#nextExpiryMs = Math.min(this.#nextExpiryMs, listed.expiresMs);
    }
  }
}
