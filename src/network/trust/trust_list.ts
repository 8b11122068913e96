import type { Role } from "./role.ts";

/**
 * The peers that this node trusts, kept in its data directory. Several processes may have it open:
 * a command changes it while the node runs, and the node notices at once.
 */
export interface TrustList extends AsyncDisposable {
  /** What is known about a peer; `undefined` for a stranger. */
  get(peerId: string): TrustedPeer | undefined;
  /** Everybody on the list, revoked ones among them, oldest first. */
  list(): readonly TrustedPeer[];
  /**
   * Trust a peer, or change what it may do. A revoked peer is trusted again.
   *
   * @throws {TrustListError} If the list cannot be written; nothing has changed then.
   * @throws {TrustListFullError} If there are too many peers on it.
   */
  trust(peer: TrustRequest): Promise<TrustedPeer>;
  /**
   * Give a peer roles besides those that it has; a revoked one gets none and stays revoked.
   *
   * @returns The peer as it is now.
   * @throws {TrustListError} If the list cannot be written; nothing has changed then.
   * @throws {TrustListFullError} If there are too many peers on it.
   */
  grant(peer: TrustRequest): Promise<TrustedPeer>;
  /**
   * Trust a peer no more, whatever token it shows. It stays on the list as revoked.
   *
   * @returns Whether it was trusted, or unknown, before; `false` if it was revoked already.
   * @throws {TrustListError} If the list cannot be written.
   */
  revoke(peerId: string): Promise<boolean>;
  /** Take a peer off the list, so that it is a stranger again. Returns whether it was on it. */
  forget(peerId: string): Promise<boolean>;
  /** Be told of each change, whoever has made it; dispose to end that. */
  subscribe(listener: (change: TrustChange) => void): Disposable;
}

/** A peer on the list. */
export interface TrustedPeer {
  /** The peer. */
  readonly peerId: string;
  /** What it may do; empty if it is revoked. */
  readonly roles: readonly Role[];
  /** Whether trust in it was revoked: then not even the token lets it in. */
  readonly isRevoked: boolean;
  /** What a person calls it. */
  readonly name?: string | undefined;
  /** Where it was when it was added, each ending in `/p2p/<peerId>`; the node stays connected to it. */
  readonly multiaddrs: readonly string[];
  /** Since when it is on the list, in milliseconds since the Unix epoch. */
  readonly addedMs: number;
  /** How it came there: by an invitation of ours, by one of its own, or by a command. */
  readonly source: "invite" | "join" | "command";
}

/** A peer to trust. */
export interface TrustRequest {
  /** The peer. */
  readonly peerId: string;
  /** What it may do, instead of what it may now. At least one. */
  readonly roles: readonly Role[];
  /** What a person calls it. @default {undefined} as before */
  readonly name?: string | undefined;
  /** Where it is. @default {undefined} as before */
  readonly multiaddrs?: readonly string[] | undefined;
  /** How it comes on the list. @default {"command"} */
  readonly source?: TrustedPeer["source"] | undefined;
}

/** What has changed on a {@linkcode TrustList}. */
export interface TrustChange {
  /** Who. */
  readonly peerId: string;
  /** As it is now; `undefined` if it is off the list. */
  readonly peer: TrustedPeer | undefined;
}
