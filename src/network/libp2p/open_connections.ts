import type { Connection, Libp2p, PeerId } from "@libp2p/interface";

/** Any node of libp2p answers this, if only by saying that it does not know it. */
export const PING_PROTOCOL = "/ipfs/ping/1.0.0";

/**
 * The connections of a node that can be used; libp2p lists those for some time, too, that are being closed.
 *
 * @param node The node.
 * @param peerId Only those to this peer. @default {undefined} all
 * @returns A list of its own.
 */
export function listOpenConnections(
  node: Pick<Libp2p, "getConnections">,
  peerId?: PeerId,
): Connection[] {
  return node.getConnections(peerId).filter(({ status }) => status === "open");
}
