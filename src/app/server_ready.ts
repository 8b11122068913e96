/** Where a node that is ready can be reached. */
export interface ServerReady {
  /** The MCP endpoint; empty when the node serves a channel instead. */
  readonly url: string;
  /** The node's id in the peer-to-peer network; empty without P2P. */
  readonly peerId: string;
  /** Addresses for other nodes; empty without P2P. */
  readonly multiaddrs: readonly string[];
  /** Where it keeps its data. */
  readonly dataDir: string;
}
