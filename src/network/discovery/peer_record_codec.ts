/**
 * Makes and checks signed peer records: what a node says about its addresses, so that whoever passes it on
 * cannot change it (libp2p RFC 0002 and RFC 0003).
 */
export interface PeerRecordCodec {
  /**
   * Sign where this node can be dialled.
   *
   * @param multiaddrs The addresses.
   * @param seq Higher than in every record before, also over restarts: the time will do.
   * @returns The record in its envelope.
   */
  seal(multiaddrs: readonly string[], seq: bigint): Promise<Uint8Array>;
  /**
   * Check a record of any node.
   *
   * @param envelope As it was received.
   * @returns What it says. Its signature holds; whether the addresses are right nobody knows.
   * @throws {InvalidPeerRecordError} If it is none, or not signed by the node it is about.
   */
  open(envelope: Uint8Array): Promise<PeerRecord>;
}

/** What a node says about itself. */
export interface PeerRecord {
  /** The node that has signed. */
  readonly peerId: string;
  /** Where it says it can be dialled, each ending in `/p2p/<peerId>`. */
  readonly multiaddrs: readonly string[];
  /** Of two records the one with the higher number is newer. It says nothing about when. */
  readonly seq: bigint;
}
