/** One way in which a node finds a peer. */
export interface DiscoveryWay {
  readonly name: string;
  /** Leads to the peer. */
  readonly live: NodeSettings;
  /** Leads to somebody who does not answer, or to nobody. */
  readonly dead: NodeSettings;
  /** How the peer makes itself known. @default {live} */
  readonly ofPeer?: NodeSettings;
  /** How long nobody must have asked for the peer in this way, or it lets the next one wait. @default {0} */
  readonly restMs?: number;
}

/** What a node is told; plain data, as it goes to another process. */
export interface NodeSettings {
  readonly bootstrap?: readonly string[];
  /** Where it announces itself. */
  readonly announceFile?: string;
  /** Where it looks for announcements of others. */
  readonly announceFiles?: readonly string[];
  /** Stands for the network: whoever uses the same port is on it. */
  readonly mdnsPort?: number;
  readonly rendezvousPoints?: readonly string[];
  readonly sharedDirectory?: string;
  /** Where GitHub's API is. */
  readonly githubUrl?: string;
  /** Whether it takes part in a distributed hash table. */
  readonly hasTable?: boolean;
}

/** What names stand for; one that is not among them is never resolved. */
export type Names = Readonly<Record<string, readonly string[]>>;
