/** A distributed hash table, as finding peers needs it. */
export interface Dht {
  /** Whether it keeps signed peer records beside what it says under a key. */
  readonly keepsRecords: boolean;
  /** How many nodes of the table this node knows. */
  readonly size: number;
  /**
   * Enter this node under a key: tell the nodes that are nearest to it by now. Those who have heard
   * this very entry, the same object, are not told again.
   *
   * @param entry What they are told.
   * @param signal Gives up.
   * @throws {DhtUnansweredError} If nobody has heard it.
   */
  provide(entry: DhtEntry, signal: AbortSignal): Promise<void>;
  /**
   * Give those who have heard the last entry another record, one that says that this node has gone.
   * Those who cannot be reached will forget it in time.
   */
  replaceRecord(record: Uint8Array, signal: AbortSignal): Promise<void>;
  /**
   * The peers that are entered under a key, as they are found; others say so, nothing is proven. A
   * peer comes as often as others name it.
   *
   * @throws {DhtUnansweredError} At the end, if nobody has answered.
   */
  findProviders(key: Uint8Array, signal: AbortSignal): AsyncIterable<DhtPeer>;
  /**
   * The signed records of peers, unchecked, as they come. Those that the holder does not have are
   * left out.
   *
   * @param peerIds The peers.
   * @param holder Id of a node that may have the records, as it has named the peers.
   * @param signal Gives up.
   */
  getRecords(
    peerIds: readonly string[],
    holder: string,
    signal: AbortSignal,
  ): AsyncIterable<DhtRecord>;
}

/** A record, as a node of the table has kept it. */
export interface DhtRecord {
  /** Whose it is said to be. */
  readonly peerId: string;
  /** In its envelope. */
  readonly record: Uint8Array;
}

/** What a table is told about this node. */
export interface DhtEntry {
  /** Under what it is entered: any bytes; they are hashed. */
  readonly key: Uint8Array;
  /** Its signed peer record, for a table that keeps such. */
  readonly record?: Uint8Array | undefined;
}

/** A peer, as a node of the table describes it. */
export interface DhtPeer {
  /** Its id. */
  readonly peerId: string;
  /** Where it is said to be. */
  readonly multiaddrs: readonly string[];
  /** Who says so. */
  readonly namedBy: string;
}
