import { z } from "zod";
import type { QueueTarget } from "../queue_directory.ts";

/** Schema of the argument that names a node by address. */
export const remoteMultiaddr: z.ZodDefault<z.ZodString> = z.string().default("").describe(
  "Address of the node whose queue is meant, such as /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW…. " +
    "Empty: this node's own queue.",
);

/** Schema of the argument that names a node by id. */
export const remotePeerId: z.ZodDefault<z.ZodString> = z.string().default("").describe(
  "Peer id of the node whose queue is meant, as list_peers gives it. Empty: not by id.",
);

/**
 * Arguments to a target.
 *
 * @param multiaddr The address argument; blank means none.
 * @param peerId The id argument; blank means none.
 * @returns The target; this node itself when both are blank.
 */
export function toQueueTarget(multiaddr: string, peerId: string): QueueTarget {
  return {
    multiaddr: multiaddr.trim() || undefined,
    peerId: peerId.trim() || undefined,
  };
}
