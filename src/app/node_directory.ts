import type { SharedCache } from "../cache/mod.ts";
import type { JsonObject } from "../codec/mod.ts";
import type { QueueClient, TaskQueue } from "../taskqueue/mod.ts";
import type {
  CacheDirectory,
  CallPeerToolOptions,
  PeerToolCall,
  PeerToolCaller,
  QueueDirectory,
  QueueTarget,
} from "../tools/mod.ts";
import { CacheDisabledError, ForwardingRefusedError, P2pDisabledError } from "./errors.ts";
import { toPeerTarget } from "./to_peer_target.ts";

/** What the tools of a node can reach, here and on other nodes. */
export interface NodeDirectory extends QueueDirectory, CacheDirectory, PeerToolCaller {}

/** What this node itself has. */
export interface OwnServices {
  readonly queue: TaskQueue;
  /** `undefined` when the node has no cache. */
  readonly cache: SharedCache | undefined;
  /** Calls one of the node's own tools. */
  callTool(call: PeerToolCall, options: CallPeerToolOptions): Promise<JsonObject>;
}

/** What a {@linkcode createNodeDirectory} directory knows. */
export interface NodeDirectoryDeps {
  readonly own: OwnServices;
  /** How other nodes are reached; `undefined` when P2P is off. */
  readonly client: QueueClient | undefined;
}

/**
 * A directory of this node and of all nodes it can reach.
 *
 * @param deps What this node has, and how others are reached.
 * @returns The directory.
 */
export function createNodeDirectory({ own, client }: NodeDirectoryDeps): NodeDirectory {
  const reach = (): QueueClient => {
    if (client === undefined) throw new P2pDisabledError();
    return client;
  };
  return {
    queueOf: (target) => isOwn(target, own) ? own.queue : reach().queueOf(toPeerTarget(target)),
    cacheOf: (target) =>
      isOwn(target, own) ? requireCache(own.cache) : reach().cacheOf(toPeerTarget(target)),
    callTool: (target, call, options) =>
      isOwn(target, own)
        ? own.callTool(call, options)
        : reach().callTool(toPeerTarget(target), call, options),
  };
}

/**
 * A directory for callers from other nodes: it knows this node only, so that nobody acts through
 * this node, with its token, on a third one.
 *
 * @param own What this node has.
 * @returns The directory.
 */
export function createOwnDirectory(own: OwnServices): NodeDirectory {
  const requireOwn = (target: QueueTarget): void => {
    if (isOwn(target, own)) return;
    throw new ForwardingRefusedError(target.multiaddr ?? target.peerId ?? "");
  };
  return {
    queueOf(target) {
      requireOwn(target);
      return own.queue;
    },
    cacheOf(target) {
      requireOwn(target);
      return requireCache(own.cache);
    },
    async callTool(target, call, options) {
      requireOwn(target);
      return await own.callTool(call, options);
    },
  };
}

/** The cache, when there must be one. */
function requireCache(cache: SharedCache | undefined): SharedCache {
  if (cache === undefined) throw new CacheDisabledError();
  return cache;
}

function isOwn({ multiaddr, peerId }: QueueTarget, { queue }: OwnServices): boolean {
  if (multiaddr === undefined) return peerId === undefined || peerId === queue.peerId;
  return queue.peerId !== "" && multiaddr.endsWith(`/p2p/${queue.peerId}`);
}
