import { formatMethodTable } from "./format_method_table.ts";
import { formatPeerTable, type PeerTableOptions } from "./format_peer_table.ts";
import type { ShownPeers } from "./shown_peer.ts";

const NOBODY = "No peers yet. To look at once: mcpp peers discover. To let one in: mcpp invite.";

/**
 * All peers around a node and how they are found, for a person.
 *
 * @param shown What the node knows.
 * @param options Room, and time.
 * @returns The lines.
 */
export function formatPeers(shown: ShownPeers, options: PeerTableOptions): string {
  const { peers, methods } = shown;
  const blocks = [
    describeNode(shown),
    peers.length === 0 ? NOBODY : formatPeerTable(peers, options),
    methods.length === 0 ? "" : formatMethodTable(methods, options.nowMs),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

const REACHABILITY: Readonly<Record<string, string>> = {
  public: "can be reached from outside",
  private: "cannot be reached from outside",
  unknown: "not known yet whether it can be reached from outside",
};

function describeNode(shown: ShownPeers): string {
  const { "self_peer_id": peerId, "listen_port": port, reachability } = shown;
  if (peerId === "") return "";
  const parts = [
    port === 0 ? "not listening" : `port ${port}`,
    REACHABILITY[reachability?.status ?? ""] ?? "",
  ];
  return `This node: ${peerId}\n           ${parts.filter((part) => part !== "").join(", ")}`;
}
