import { callAndPrint } from "../../call_and_print.ts";
import { callAboutPeer, type PeerInput } from "../call_about_peer.ts";

/**
 * Connect a node to a peer, and print who answered.
 *
 * @param input Which peer; an address begins with a slash.
 * @returns The exit code.
 */
export async function connectToPeer(input: PeerInput): Promise<number> {
  const tool = "connect";
  if (!input.peer.trim().startsWith("/")) return await callAboutPeer(input, { tool });
  return await callAndPrint(input, { tool, args: { multiaddr: input.peer } });
}
