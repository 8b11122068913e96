/**
 * What a peer does that nobody does by accident more than now and then.
 *
 * | Offence          | The peer                                                              |
 * | ---------------- | --------------------------------------------------------------------- |
 * | `flood`          | opens streams or connections, or asks, faster than it may             |
 * | `malformed`      | sends what makes no sense: broken frames, wrong lengths, bad records  |
 * | `too_large`      | announces or sends more than it may                                   |
 * | `too_slow`       | begins a message and does not end it in time                          |
 * | `unauthorized`   | asks for what it may not have                                         |
 * | `bad_proof`      | shows a wrong or a used invitation, or a wrong token                  |
 */
export type Offence =
  | "flood"
  | "malformed"
  | "too_large"
  | "too_slow"
  | "unauthorized"
  | "bad_proof";

/**
 * Who may be connected to this node at all. Asked for each connection, after the handshake has proven
 * who the peer is.
 */
export interface ConnectionPolicy {
  /** Why a peer may not be connected, such as `banned` or `revoked`; `undefined` if it may. */
  refusalOf(peerId: string): string | undefined;
  /** Whether a peer is kept when there are too many connections. */
  isTrusted(peerId: string): boolean;
}

/** Something that this node did not let a peer do. */
export interface Refusal {
  /** Who. */
  readonly peerId: string;
  /** A stable code, such as `banned`, `revoked`, `flood`, `unauthorized`, `too_many_streams`. */
  readonly reason: string;
  /** What it wanted: a protocol, `connection`, or an operation. */
  readonly subject: string;
}
