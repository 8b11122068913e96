/** Limits of a queue client. */
export interface RemoteLimits {
  /** A request, waits aside, is given up after this time, its repetitions included. @default {20000} */
  readonly requestTimeoutMs: number;
  /** One request waits no longer; longer waits are made of several. @default {60000} */
  readonly maxRequestWaitMs: number;
  /** How often a request is sent at most, if it may be repeated. @default {3} */
  readonly maxAttempts: number;
  /** How many tasks or reports one request carries at most. @default {256} */
  readonly maxBatch: number;
  /** How many requests of one call are under way at a time. @default {8} */
  readonly maxConcurrent: number;
  /** What was found out about a peer, such as its protocol, is believed for this time. @default {300000} */
  readonly peerMemoryMs: number;
  /** About how many peers something is remembered. @default {1024} */
  readonly maxRememberedPeers: number;
}

/** The limits of a client that was given none. */
export const DEFAULT_REMOTE_LIMITS: RemoteLimits = {
  requestTimeoutMs: 20_000,
  maxRequestWaitMs: 60_000,
  maxAttempts: 3,
  maxBatch: 256,
  maxConcurrent: 8,
  peerMemoryMs: 300_000,
  maxRememberedPeers: 1_024,
};
