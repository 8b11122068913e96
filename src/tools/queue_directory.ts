import type { TaskQueue } from "../taskqueue/mod.ts";

/** Finds the queue that a tool's arguments mean. */
export interface QueueDirectory {
  /**
   * The queue of a node.
   *
   * @param target Address or peer id of another node; this node's own queue when both are absent.
   * @throws {AppError} If the address is not valid, or P2P is off.
   */
  queueOf(target: QueueTarget): TaskQueue;
}

/** Which node's queue. */
export interface QueueTarget {
  /** Address, ending in `/p2p/<peer id>`. */
  readonly multiaddr?: string | undefined;
  /** Peer id; with a `multiaddr` it must be the peer at that address. */
  readonly peerId?: string | undefined;
}
