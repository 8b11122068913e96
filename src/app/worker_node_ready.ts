/** What a worker that is ready says of itself. */
export interface WorkerNodeReady {
  /** Its id in the peer-to-peer network. */
  readonly peerId: string;
  /** The node whose tasks it executes. */
  readonly queuePeerId: string;
  /** The task types it takes. */
  readonly taskTypes: readonly string[];
  /** Where it keeps its key. */
  readonly dataDir: string;
}
