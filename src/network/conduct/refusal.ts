/** Something that this node did not let a peer do. */
export interface Refusal {
  /** Who; empty if it has not got as far as to prove it. */
  readonly peerId: string;
  /** Where it is, if that has to do with it. */
  readonly host?: string | undefined;
  /** A stable code, such as `banned`, `revoked`, `flood`, `unauthorized`, `too_many_streams`. */
  readonly reason: string;
  /** What it wanted: a protocol, `connection`, or an operation. */
  readonly subject: string;
}
