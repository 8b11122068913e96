/** The protocol by which a node that was invited and the one that has invited it come to trust each other. */
export const JOIN_PROTOCOL = "/mcpp/join/1.0.0";

/** How much of an exchange between strangers is borne. */
export interface InviteLimits {
  /** Attempts of one peer. @default {10} */
  readonly maxAttemptsPerMinute: number;
  /** Streams that one peer may have open. @default {2} */
  readonly maxStreamsPerPeer: number;
  /** How long a message may take to arrive, or to be taken. @default {10000} */
  readonly messageTimeoutMs: number;
}

/** The limits that hold unless others are given. */
export const DEFAULT_INVITE_LIMITS: InviteLimits = {
  maxAttemptsPerMinute: 10,
  maxStreamsPerPeer: 2,
  messageTimeoutMs: 10_000,
};

/** Room for all addresses of a peer, and far from a burden. */
export const MAX_MESSAGE_BYTES = 16 * 1024;
/** A peer has a handful; a liar could claim any number. */
export const MAX_ADDRESSES = 16;
