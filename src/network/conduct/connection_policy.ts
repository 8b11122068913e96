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
