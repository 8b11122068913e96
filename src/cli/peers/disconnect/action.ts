import { callAboutPeer, type PeerInput } from "../call_about_peer.ts";

/**
 * Close a node's connections to a peer, and print whether there were any.
 *
 * @param input Which peer.
 * @returns The exit code.
 */
export async function disconnectFromPeer(input: PeerInput): Promise<number> {
  return await callAboutPeer(input, { tool: "disconnect" });
}
