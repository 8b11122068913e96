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
  /** Epoch milliseconds. */
  now(): number;
}

/** One neighbour. */
export interface KnownPeer {
  /** Its id. */
  readonly peerId: string;
  /** Its addresses, best first. */
  readonly multiaddrs: readonly string[];
  /** How it was found. */
  readonly method: string;
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
