import { z } from "zod";
import type { QueueTarget } from "./queue_directory.ts";

/** Arguments that say which node is meant. */
export interface TargetInput {
  /** Address of the node that is meant; empty for this node. */
  readonly "remote_multiaddr": string;
  /** Id of the node that is meant; empty for not by id. */
  readonly "remote_peer_id": string;
}

/** Schema of the argument that names a node by address. */
export const remoteMultiaddr: z.ZodDefault<z.ZodString> = z.string().default("").describe(
  "Address of the node that is meant, such as /ip4/192.0.2.7/tcp/9710/p2p/12D3KooW…. " +
    "Empty: this node.",
);

/** Schema of the argument that names a node by id. */
export const remotePeerId: z.ZodDefault<z.ZodString> = z.string().default("").describe(
  "Peer id of the node that is meant, as list_peers gives it. Empty: not by id.",
);

/** The members of {@linkcode TargetInput}, for the schemas of tools. */
export const targetShape: {
  readonly "remote_multiaddr": z.ZodDefault<z.ZodString>;
  readonly "remote_peer_id": z.ZodDefault<z.ZodString>;
} = { "remote_multiaddr": remoteMultiaddr, "remote_peer_id": remotePeerId };

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

/**
 * The node that arguments mean.
 *
 * @param input The arguments.
 * @returns The target; this node itself when both are blank.
 */
export function targetOf(input: TargetInput): QueueTarget {
  return toQueueTarget(input["remote_multiaddr"], input["remote_peer_id"]);
}
