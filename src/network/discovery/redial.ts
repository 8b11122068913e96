import { Limiter, type TaskGroup } from "../../concurrency/mod.ts";
import type { PeerTarget } from "../network.ts";
import { keepConnected, type KeepConnectedOptions } from "./keep_connected.ts";

/** What a person has configured is few, and waits for nothing. */
const MAX_STATIC_DIALS = 16;
/** Of many peers of old some are gone for ever, and each of their dials takes its full time. */
const MAX_KNOWN_DIALS = 4;
/** Anybody can be found and answer, so that these are bounded; those of a person are as many as it has named. */
const MAX_KNOWN_PEERS = 1024;
const MAX_UNWANTED = 1024;
/** What wakes us may come from anybody; a peer is dialled no more often than this for it. */
const MIN_WAKE_INTERVAL_MS = 5_000;

/** Why a peer is kept connected: somebody has configured it, or it has answered before. */
export type RedialReason = "static" | "known";

/** How connections are made and watched; see {@linkcode KeepConnectedOptions}. */
export interface RedialOptions
  extends Omit<KeepConnectedOptions, "dials" | "isExpected" | "signal" | "whenWoken"> {
  /** Is told who has answered. @default nobody is told */
  readonly onConnected?: ((target: PeerTarget, peerId: string) => void) | undefined;
}

interface Kept {
  readonly reason: RedialReason;
  readonly ended: AbortController;
  /** Who has answered, for an address that does not say. */
  peerId: string | undefined;
  /** Whether the last dial has failed. */
  hasFailed: boolean;
  /** Ends the pause before the next dial; `undefined` if there is none. */
  woken: PromiseWithResolvers<void> | undefined;
  lastWokenMs: number;
}

/** Keeps the connections to a set of peers, a few dials at a time. */
export class Redial {
  readonly #group: TaskGroup;
  readonly #options: RedialOptions;
  readonly #dials: Readonly<Record<RedialReason, Limiter>> = {
    static: new Limiter(MAX_STATIC_DIALS),
    known: new Limiter(MAX_KNOWN_DIALS),
  };
  readonly #kept = new Map<string, Kept>();
  readonly #unwanted = new Set<string>();

  /** The group owns the work. */
  constructor(group: TaskGroup, options: RedialOptions) {
    this.#group = group;
    this.#options = options;
  }

  /** Connect to a peer, now and whenever the connection is lost; but not if it was dropped. */
  keep(target: PeerTarget, reason: RedialReason): void {
    const key = "peerId" in target ? target.peerId : target.multiaddr;
    if (this.#group.signal.aborted || this.#unwanted.has(key) || !this.#makePlace(key, reason)) {
      return;
    }
    const kept = createKept(reason);
    this.#kept.set(key, kept);
    this.#group.spawn(`keep connected to ${key}`, async (groupSignal) => {
      await keepConnected(target, {
        ...this.#options,
        connect: (target, signal) => this.#connect(target, kept, signal),
        dials: this.#dials[reason],
        whenWoken: () => (kept.woken = Promise.withResolvers()).promise,
        isExpected: reason === "static",
        signal: AbortSignal.any([groupSignal, kept.ended.signal]),
      });
    });
  }

  /** Do not dial a peer any more, whatever the reason. */
  drop(peerId: string): void {
    this.#unwanted.add(peerId);
    for (const [key, kept] of this.#kept) {
      if (key !== peerId && kept.peerId !== peerId) continue;
      this.#unwanted.add(key);
      this.#end(key, kept);
    }
    for (const oldest of this.#unwanted) {
      if (this.#unwanted.size <= MAX_UNWANTED) break;
      this.#unwanted.delete(oldest);
    }
  }

  /** A peer that was dropped may be kept again. */
  allow(peerId: string): void {
    this.#unwanted.delete(peerId);
  }

  /** There was a sign of a peer: if it is missing, dial it now. */
  wake(peerId: string): void {
    for (const [key, kept] of this.#kept) {
      if (key === peerId || kept.peerId === peerId) this.#wake(kept);
    }
  }

  /** Something has changed for all peers, such as the network: dial now those that are missing. */
  wakeAll(): void {
    for (const kept of this.#kept.values()) this.#wake(kept);
  }

  async #connect(target: PeerTarget, kept: Kept, signal: AbortSignal): Promise<string> {
    const wasMissing = kept.hasFailed;
    kept.hasFailed = true;
    kept.woken = undefined;
    const peerId = await this.#options.connect(target, signal);
    kept.hasFailed = false;
    kept.peerId = peerId;
    this.#options.onConnected?.(target, peerId);
    // What has kept this one away may have kept the others away, too.
    if (wasMissing) this.wakeAll();
    return peerId;
  }

  #wake(kept: Kept): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (kept.woken === undefined || nowMs - kept.lastWokenMs < MIN_WAKE_INTERVAL_MS) return;
    kept.lastWokenMs = nowMs;
    kept.woken.resolve();
  }

  /** Returns whether a peer may be kept, which it is not yet, or not for so good a reason. */
  #makePlace(key: string, reason: RedialReason): boolean {
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      const isKeptByAddress = this.#kept.values().some(({ peerId }) => peerId === key);
      return !isKeptByAddress && (reason === "static" || this.#kept.size < MAX_KNOWN_PEERS);
    }
    if (reason === "known" || kept.reason === "static") return false;
    // It must not wait in one queue with peers that are gone for ever.
    this.#end(key, kept);
    return true;
  }

  #end(key: string, kept: Kept): void {
    this.#kept.delete(key);
    kept.ended.abort(new DOMException("The peer is not kept any more", "AbortError"));
  }
}

function createKept(reason: RedialReason): Kept {
  return {
    reason,
    ended: new AbortController(),
    peerId: undefined,
    hasFailed: false,
    woken: undefined,
    lastWokenMs: -Infinity,
  };
}
