import type { Clock } from "../../concurrency/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";

/**
 * One way to find peers, and to be found. It is asked in rounds; what paces, limits and repeats
 * them is the same for all methods.
 */
export interface DiscoveryMethod {
  /** For logs, health and `DiscoveredPeer.method`, such as `mdns`. */
  readonly name: string;
  /** How near the peers are that it finds: nearer ones are tried first. */
  readonly reach: Reach;
  /** A round is begun this long after the one before has ended. */
  readonly intervalMs: number;
  /** A round that takes longer is given up. */
  readonly budgetMs: number;
  /**
   * Begin: open a socket, write a file, announce. Called before the first round, and again later if
   * it has failed; a round that fails does not undo it. What it returns is disposed at the end.
   *
   * @throws {unknown} If it cannot begin now; it is tried again later.
   */
  start?(context: DiscoveryContext, signal: AbortSignal): Promise<AsyncDisposable>;
  /**
   * One round: look, and announce anew where that has to be repeated. Never called twice at once.
   *
   * @throws {unknown} What went wrong, for the method's health. Found peers count all the same.
   */
  look(context: DiscoveryContext, signal: AbortSignal): Promise<void>;
}

/** Where the peers are that a method finds: on this host, on this network, anywhere. */
export type Reach = "host" | "lan" | "wide";

/** What a method works with. */
export interface DiscoveryContext {
  /** This node, as it is to be found. */
  readonly self: DiscoverableSelf;
  /**
   * A peer has been found, by whoever says so: nothing about it is proven yet. Adds to, or renews,
   * what this method has said about the peer before. May be called at any time until the method is
   * disposed.
   */
  found(peer: FoundPeer): void;
  /** A peer has said that it goes: what this method has said about it is forgotten. */
  lost(peerId: string): void;
  /** Whose time it is. */
  readonly clock: Clock;
  /** Where events are logged. */
  readonly logger: Logger | undefined;
}

/** This node, as others find it. */
export interface DiscoverableSelf {
  /** Its id. */
  readonly peerId: string;
  /** Where it can be dialled now, each ending in `/p2p/<peerId>`; empty for one that only looks. */
  multiaddrs(): readonly string[];
}

/** A peer that a method has found. */
export interface FoundPeer {
  /** Its id. */
  readonly peerId: string;
  /** Where it is said to be; addresses of other peers are dropped. */
  readonly multiaddrs: readonly string[];
  /** How long that holds; `Infinity` for what a person has configured. @default {60000} */
  readonly ttlMs?: number | undefined;
  /**
   * When the peer itself last gave a sign, in milliseconds since the Unix epoch; 0 if none is known,
   * and then it is not listed until it has answered.
   *
   * @default {now}
   */
  readonly lastSeenMs?: number | undefined;
}
