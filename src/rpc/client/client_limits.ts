/** Limits and durations of an RPC client. */
export interface RpcClientLimits {
  /** Longest request, in bytes. @default {1048576} */
  readonly maxFrameBytes: number;
  /** Longest answer that is taken, in bytes. @default {16777216} */
  readonly maxAnswerBytes: number;
  /** Calls that wait for their answers on one stream; the next ones use another. @default {128} */
  readonly maxInFlightPerStream: number;
  /** Streams to one peer; when all are in full use, calls wait. @default {8} */
  readonly maxStreamsPerPeer: number;
  /** Streams to a peer that takes one request at a time. @default {4} */
  readonly maxSequentialStreams: number;
  /** A frame that has begun must be complete within this time. @default {10000} */
  readonly frameTimeoutMs: number;
  /** The peer must take a request within this time. @default {30000} */
  readonly writeTimeoutMs: number;
  /** A stream without calls is closed after this time. @default {60000} */
  readonly idleTimeoutMs: number;
  /** What a peer asked for before its first call is remembered this long. @default {600000} */
  readonly rememberMs: number;
  /** For how many peers it is remembered. @default {1024} */
  readonly maxRemembered: number;
}

/** The limits of a client that was given none. */
export const DEFAULT_RPC_CLIENT_LIMITS: RpcClientLimits = {
  maxFrameBytes: 1024 * 1024,
  maxAnswerBytes: 16 * 1024 * 1024,
  maxInFlightPerStream: 128,
  maxStreamsPerPeer: 8,
  maxSequentialStreams: 4,
  frameTimeoutMs: 10_000,
  writeTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  rememberMs: 600_000,
  maxRemembered: 1_024,
};
