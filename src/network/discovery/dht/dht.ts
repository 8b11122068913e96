/** A distributed hash table, as finding peers needs it. */
export interface Dht {
  /**
   * Say that this node can be found under a key.
   *
   * @param key Any bytes; they are hashed.
   */
  provide(key: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The peers that can be found under a key, as they are found; others say so, nothing is proven. */
  findProviders(key: Uint8Array, signal: AbortSignal): AsyncIterable<DhtPeer>;
  /** Publish this node's signed peer record under its peer id. */
  putRecord(record: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The signed peer record of a peer, unchecked; `undefined` if there is none. */
  getRecord(peerId: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** How many peers of the table this node knows. */
  readonly size: number;
}

/** A peer, as others in the table describe it. */
export interface DhtPeer {
  /** Its id. */
  readonly peerId: string;
  /** Where it is said to be. */
  readonly multiaddrs: readonly string[];
}
