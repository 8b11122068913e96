import { DEFAULT_TTL_MS, MAX_TTL_MS } from "./protocol.ts";

/** What a rendezvous point keeps and answers at most. */
export interface RendezvousLimits {
  /** Registrations in all. @default {8192} */
  readonly maxRegistrations: number;
  /** Namespaces in which one peer may be. @default {100} */
  readonly maxRegistrationsPerPeer: number;
  /** Peers in one namespace. @default {1000} */
  readonly maxPeersPerNamespace: number;
  /** Registrations in one answer; the cookie leads to the next ones. @default {1000} */
  readonly maxRegistrationsPerAnswer: number;
  /** Bytes of the records in one answer. @default {524288} */
  readonly maxAnswerBytes: number;
  /** Bytes of one signed peer record. @default {4096} */
  readonly maxRecordBytes: number;
  /** Shorter registrations are refused, as the specification advises. @default {7200000} 2 hours */
  readonly minTtlMs: number;
  /** Longer ones are, too. @default {259200000} 72 hours */
  readonly maxTtlMs: number;
  /** Requests of one peer. @default {60} */
  readonly maxRequestsPerMinute: number;
  /** Streams that one peer may have open. @default {4} */
  readonly maxStreamsPerPeer: number;
  /** How long a request may take to arrive, and an answer to be taken. @default {10000} */
  readonly messageTimeoutMs: number;
}

/** The limits that hold unless others are given. */
export const DEFAULT_RENDEZVOUS_LIMITS: RendezvousLimits = {
  maxRegistrations: 8192,
  maxRegistrationsPerPeer: 100,
  maxPeersPerNamespace: 1000,
  maxRegistrationsPerAnswer: 1000,
  maxAnswerBytes: 512 * 1024,
  maxRecordBytes: 4096,
  minTtlMs: DEFAULT_TTL_MS,
  maxTtlMs: MAX_TTL_MS,
  maxRequestsPerMinute: 60,
  maxStreamsPerPeer: 4,
  messageTimeoutMs: 10_000,
};
