import type { FoundPeer } from "../discovery_method.ts";
import { TTL_SECONDS } from "./advertisement.ts";
import type { DnsMessage } from "./dns_message.ts";
import type { Endpoint } from "./multicast_bus.ts";
import { readAnnouncements } from "./read_announcements.ts";

/** Peers that one address, and all together, may have reported in one round. */
const MAX_PEERS_PER_SOURCE = 64;
const MAX_PEERS = 256;
const MAX_KNOWN_INSTANCES = 1024;

/** What a {@linkcode Browser} works with. */
export interface BrowserOptions {
  /** The services whose instances are peers. */
  readonly services: readonly string[];
  /** The label of this node's own instances. */
  readonly ownLabel: string;
  readonly selfPeerId: string;
  readonly found: (peer: FoundPeer) => void;
  readonly lost: (peerId: string) => void;
}

interface KnownInstance {
  readonly peerId: string;
  readonly address: string;
}

/** Hears who is there, and who goes. */
export class Browser {
  readonly #options: BrowserOptions;
  /** In the order in which they were last heard of. */
  readonly #instances = new Map<string, KnownInstance>();
  readonly #reported = new Map<string, Set<string>>();
  #reportedCount = 0;

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** Whether anybody was heard in this round. */
  get hasFound(): boolean {
    return this.#reportedCount > 0;
  }

  /** A round begins: the limits apply anew. */
  beginRound(): void {
    this.#reported.clear();
    this.#reportedCount = 0;
  }

  /** Somebody has announced something. */
  hear(message: DnsMessage, { address }: Endpoint): void {
    const { services, ownLabel, selfPeerId, found } = this.#options;
    for (const { instance, peer } of readAnnouncements(message, services)) {
      if (peer === undefined) {
        this.#forget(instance, address);
        continue;
      }
      const { peerId, multiaddrs, ttlSeconds } = peer;
      if (instance.startsWith(`${ownLabel}.`) || peerId === selfPeerId) continue;
      if (!this.#admit(address, peerId)) continue;
      this.#remember(instance, { peerId, address });
      found({ peerId, multiaddrs, ttlMs: Math.min(ttlSeconds, TTL_SECONDS) * 1000 });
    }
  }

  #admit(address: string, peerId: string): boolean {
    const peers = this.#reported.get(address) ?? new Set();
    if (peers.has(peerId)) return true;
    if (peers.size >= MAX_PEERS_PER_SOURCE || this.#reportedCount >= MAX_PEERS) return false;
    this.#reported.set(address, peers.add(peerId));
    this.#reportedCount++;
    return true;
  }

  #remember(instance: string, known: KnownInstance): void {
    this.#instances.delete(instance);
    this.#instances.set(instance, known);
    const [oldest] = this.#instances.keys();
    if (this.#instances.size > MAX_KNOWN_INSTANCES && oldest !== undefined) {
      this.#instances.delete(oldest);
    }
  }

  /** Only from where it came can an announcement be taken back. */
  #forget(instance: string, address: string): void {
    const known = this.#instances.get(instance);
    if (known?.address !== address) return;
    this.#instances.delete(instance);
    this.#options.lost(known.peerId);
  }
}
