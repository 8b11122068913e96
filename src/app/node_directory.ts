import type { Network, PeerTarget } from "../network/mod.ts";
import { createRemoteTaskQueue, type TaskQueue } from "../taskqueue/mod.ts";
import type { QueueDirectory, QueueTarget } from "../tools/mod.ts";
import { ForwardingRefusedError, P2pDisabledError, TargetMismatchError } from "./errors.ts";

/** What a {@linkcode createQueueDirectory} directory knows. */
export interface QueueDirectoryDeps {
  /** This node's own queue. */
  readonly local: TaskQueue;
  /** How other nodes are reached; `undefined` when P2P is off. */
  readonly network: Network | undefined;
  /** Presented to other nodes. */
  readonly token: string | undefined;
}

/**
 * A directory of this node's queue and those of all nodes it can reach.
 *
 * @param deps The local queue and the network.
 * @returns The directory.
 */
export function createQueueDirectory(deps: QueueDirectoryDeps): QueueDirectory {
  const { local, network, token } = deps;
  return {
    queueOf(target) {
      if (isLocal(target, local)) return local;
      if (network === undefined) throw new P2pDisabledError();
      return createRemoteTaskQueue({ network, target: toPeerTarget(target), token });
    },
  };
}

/**
 * A directory for callers from other nodes: it knows this node's own queue only, so that nobody
 * acts through this node, with its token, on a third one.
 *
 * @param local This node's own queue.
 * @returns The directory.
 */
export function createLocalQueueDirectory(local: TaskQueue): QueueDirectory {
  return {
    queueOf(target) {
      if (isLocal(target, local)) return local;
      throw new ForwardingRefusedError(target.multiaddr ?? target.peerId ?? "");
    },
  };
}

/** An address that does not say whose it is gets the given id, so that nobody else can answer. */
function toPeerTarget({ multiaddr, peerId }: QueueTarget): PeerTarget {
  if (multiaddr === undefined) return { peerId: peerId ?? "" };
  if (peerId === undefined || multiaddr.endsWith(`/p2p/${peerId}`)) return { multiaddr };
  if (multiaddr.includes("/p2p/")) throw new TargetMismatchError(multiaddr, peerId);
  return { multiaddr: `${multiaddr}/p2p/${peerId}` };
}

function isLocal({ multiaddr, peerId }: QueueTarget, local: TaskQueue): boolean {
  if (multiaddr === undefined) return peerId === undefined || peerId === local.peerId;
  return local.peerId !== "" && multiaddr.endsWith(`/p2p/${local.peerId}`);
}
