import type { SharedCache } from "../cache/mod.ts";
import type { QueueTarget } from "./queue_directory.ts";

/** Finds the cache that a tool's arguments mean. */
export interface CacheDirectory {
  /**
   * The cache of a node.
   *
   * @param target Address or peer id of another node; this node's own cache when both are absent.
   * @throws {AppError} If the address is not valid, P2P is off, or this node has no cache.
   */
  cacheOf(target: QueueTarget): SharedCache;
}
