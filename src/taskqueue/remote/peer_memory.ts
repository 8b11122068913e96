import type { Clock } from "../../concurrency/mod.ts";

/** What was found out about a peer. It is forgotten after a while: peers are updated. */
export interface PeerRecord {
  /** Whether it speaks the line protocol only. */
  isLineOnly: boolean;
  /**
   * Which program it is; `undefined` while that is not known. Python peers do not look at the
   * idempotency key of a request, among others.
   */
  kind: "mcpp" | "python" | undefined;
  /** Operations that it has answered with `unknown_op`. */
  readonly missingOps: Set<string>;
}

/** Bounds of a {@linkcode PeerMemory}. */
export interface PeerMemoryOptions {
  /** Whose time it is. */
  readonly clock: Clock;
  /** How long something is remembered. */
  readonly ttlMs: number;
  /** How many peers are remembered; the one noted longest ago is forgotten first. */
  readonly maxPeers: number;
}

interface Entry {
  readonly record: PeerRecord;
  readonly untilMs: number;
  /** The peer; `undefined` while only its address is known. */
  peerId: string | undefined;
}

/** What a client knows of the peers it has talked to, by peer id or, while that is unknown, address. */
export class PeerMemory {
  readonly #options: PeerMemoryOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: PeerMemoryOptions) {
    this.#options = options;
  }

  /** How many peers and addresses are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is known under a peer id or an address; may be changed. */
  recall(name: string): PeerRecord {
    const nowMs = this.#options.clock.monotonicMs();
    const known = this.#entries.get(name);
    if (known !== undefined && known.untilMs > nowMs) return known.record;
    return this.#keep(name, this.#createEntry(undefined)).record;
  }

  /** Say that an address leads to a peer: what is known of one holds for the other. */
  identify(address: string, peerId: string): void {
    const ofAddress = this.#entries.get(address);
    // Whoever was there before is somebody else: nothing of it holds any more.
    const isOther = ofAddress?.peerId !== undefined && ofAddress.peerId !== peerId;
    const entry = this.#entries.get(peerId) ?? (isOther ? undefined : ofAddress) ??
      this.#createEntry(peerId);
    entry.peerId = peerId;
    this.#keep(peerId, entry);
    this.#keep(address, entry);
  }

  #createEntry(peerId: string | undefined): Entry {
    const untilMs = this.#options.clock.monotonicMs() + this.#options.ttlMs;
    const record = { isLineOnly: false, kind: undefined, missingOps: new Set<string>() };
    return { record, untilMs, peerId };
  }

  #keep(name: string, entry: Entry): Entry {
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxPeers) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}
