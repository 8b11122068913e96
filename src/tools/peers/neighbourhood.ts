import type { QueueTarget } from "../queue_directory.ts";

/** What a node knows about the peers around it. */
export interface Neighbourhood {
  /** This node. */
  readonly selfPeerId: string;
  /** TCP port of the P2P listener; 0 when not listening. */
  readonly listenPort: number;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  /** Peers found, newest first. */
  discoveredPeers(): readonly KnownPeer[];
  /** Peers that have lately asked this node for work, found or not. @default none */
  workingPeers?(): readonly WorkingPeer[];
  /** Open connections, oldest first. @default none */
  connections?(): readonly PeerLink[];
  /** What this node's owner has said about a peer. @default nothing */
  trustOf?(peerId: string): PeerTrust | undefined;
  /** How each way to find peers does. @default none is known */
  methods?(): readonly MethodHealth[];
  /** Whether others can reach this node. @default it is not known */
  reachability?(): NodeReachability;
  /** What can be done about it; `undefined` for callers that may only look. */
  readonly control?: NeighbourhoodControl | undefined;
  /** Epoch milliseconds. */
  now(): number;
}

/** What can be done about the peers around a node. */
export interface NeighbourhoodControl {
  /**
   * Let methods of discovery look at once.
   *
   * @param options Which, and for how long.
   * @returns One report for each method, and one for each name that no method has.
   */
  discover(options: LookOptions): Promise<readonly LookReport[]>;
  /**
   * Connect to a peer, or see that there is a connection.
   *
   * @param target Its address or its id.
   * @param options When to give up.
   * @returns The connection.
   * @throws {AppError} If the address is not valid, nothing leads to the peer, or it does not answer.
   */
  connect(target: QueueTarget, options: { readonly signal: AbortSignal }): Promise<PeerLink>;
  /**
   * Close all connections to a peer, and do not dial it again by itself.
   *
   * @param peerId The peer.
   * @returns Whether there was a connection.
   */
  disconnect(peerId: string): Promise<boolean>;
}

/** One neighbour. */
export interface KnownPeer {
  /** Its id. */
  readonly peerId: string;
  /** Its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found; the nearest way if there are several. */
  readonly method: string;
  /** All ways by which it was found, nearest first. @default {[method]} */
  readonly methods?: readonly string[] | undefined;
  /** Epoch milliseconds. */
  readonly lastSeenMs: number;
}

/** A peer that has asked this node for work. */
export interface WorkingPeer {
  /** Its id, as the handshake has proven. */
  readonly peerId: string;
  /** Its worker, as it last said. */
  readonly workerId: string;
  /** Types that it asked for; empty for any. */
  readonly taskTypes: readonly string[];
  /** Epoch milliseconds. */
  readonly lastSeenMs: number;
}

/** A connection to a peer. */
export interface PeerLink {
  /** Who is at the other end, as the handshake has proven. */
  readonly peerId: string;
  /** The other end's address. */
  readonly multiaddr: string;
  /** Whether it goes through a relay. */
  readonly isRelayed: boolean;
  /** Which side made it. */
  readonly direction: "inbound" | "outbound";
  /** Epoch milliseconds. */
  readonly openedAtMs: number;
  /** How many streams are open on it. */
  readonly streams: number;
}

/** What this node's owner has said about a peer. */
export interface PeerTrust {
  /** What a person calls it. */
  readonly name?: string | undefined;
  /** What it may do; empty if trust in it was revoked. */
  readonly roles: readonly string[];
  /** Whether trust in it was revoked. */
  readonly isRevoked: boolean;
}

/** How a way to find peers does. */
export interface MethodHealth {
  /** Its name, such as `mdns`. */
  readonly method: string;
  /** Where the peers are that it finds. */
  readonly reach: "host" | "lan" | "wide";
  /** Whether its last round ended well; `undefined` before the first one has ended. */
  readonly ok: boolean | undefined;
  /** What went wrong in the last round. */
  readonly reason?: string | undefined;
  /** Rounds that went wrong, one after the other. */
  readonly failures: number;
  /** When a round last ended well; epoch milliseconds. */
  readonly lastSuccessMs?: number | undefined;
  /** How long the last round took; milliseconds. */
  readonly lastDurationMs?: number | undefined;
  /** How many peers are known by it. */
  readonly peers: number;
}

/** Whether others can reach a node, and where. */
export interface NodeReachability {
  /** Whether others have dialled it from outside; `unknown` if nobody has tried yet. */
  readonly status: "public" | "private" | "unknown";
  /** Its addresses, the surest first. */
  readonly addresses: readonly NodeAddress[];
}

/** One of a node's own addresses. */
export interface NodeAddress {
  /** The address, ending in the node's id. */
  readonly multiaddr: string;
  /** Of an interface of this host, as others have seen it, at a relay, or as it was configured. */
  readonly kind: "listen" | "observed" | "relay" | "configured";
  /** Whether others have been able to dial it. */
  readonly isVerified: boolean;
}

/** How peers are looked for. */
export interface LookOptions {
  /** Names of the methods. @default all */
  readonly methods?: readonly string[] | undefined;
  /** A method that takes longer is reported as such; it goes on. */
  readonly timeoutMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** What one method did when it was told to look. */
export interface LookReport {
  /** Its name. */
  readonly method: string;
  /** Whether its round ended well. */
  readonly ok: boolean;
  /** What went wrong. */
  readonly reason?: string | undefined;
  /** The peers that it found, also if something went wrong. */
  readonly peerIds: readonly string[];
  /** How long it took; milliseconds. */
  readonly durationMs: number;
}
