/** What one authenticated peer may take of an RPC server. All is applied before memory is spent. */
export interface RpcLimits {
  /** Longest body of a frame, in bytes. @default {1048576} */
  readonly maxFrameBytes: number;
  /** Streams that a peer may have open. @default {128} */
  readonly maxStreamsPerPeer: number;
  /** Requests of a stream that may wait for their answers. @default {256} */
  readonly maxInFlightPerStream: number;
  /** Requests of a peer, on all its streams, that may wait for their answers. @default {1024} */
  readonly maxInFlightPerPeer: number;
  /** A peer's frames are read no faster than this, after a first burst of as many. @default {50000} */
  readonly maxFramesPerSecond: number;
  /** A frame that has begun must be complete within this time. @default {10000} */
  readonly frameTimeoutMs: number;
  /** The peer must take what it is sent within this time. @default {30000} */
  readonly writeTimeoutMs: number;
  /** A stream without requests is closed after this time. @default {300000} */
  readonly idleTimeoutMs: number;
}

/** The limits of a server that was given none. `docs/protocol.md` publishes them. */
export const DEFAULT_RPC_LIMITS: RpcLimits = {
  maxFrameBytes: 1024 * 1024,
  maxStreamsPerPeer: 128,
  maxInFlightPerStream: 256,
  maxInFlightPerPeer: 1024,
  maxFramesPerSecond: 50_000,
  frameTimeoutMs: 10_000,
  writeTimeoutMs: 30_000,
  idleTimeoutMs: 300_000,
};
