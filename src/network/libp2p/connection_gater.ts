import type { ConnectionGater } from "@libp2p/interface";
import type { ConnectionPolicy } from "../trust/conduct.ts";

/** Closes connections to peers that may not be connected, as soon as it is proven who they are. */
export function createConnectionGater(policy: ConnectionPolicy): ConnectionGater {
  const isRefused = (peerId: { toString(): string }): boolean =>
    policy.refusalOf(peerId.toString()) !== undefined;
  return {
    denyDialPeer: isRefused,
    denyInboundEncryptedConnection: isRefused,
    denyOutboundEncryptedConnection: isRefused,
    // libp2p's own refuses private addresses where it thinks to be in a browser.
    denyDialMultiaddr: () => false,
  };
}
