/**
 * The shared cache: the port that tools and the wire know, the cache of this node over a store, and
 * its replication to other nodes.
 *
 * - Every change of a key has a version: the time and the node. The newest wins, everywhere, in
 *   whatever order changes arrive and however often. Equal times are decided by the peer id, in code
 *   point order.
 * - A deletion is a change like any other. It leaves a tombstone, so that an older value that
 *   arrives late does not come back; so does a value that expires.
 * - A cache may forget: what expired, what was used least recently when there is no room, and
 *   deletions after a day. It never goes back to what it had before.
 * - Changes go to the other nodes in the background, from the node that made them and from no other.
 *   They are sent again until they arrive, for as long as that node runs. Reading is always local.
 *
 * @module
 */

export type {
  CacheCallOptions,
  CacheChange,
  CacheLookup,
  CacheSetOptions,
  CacheVersion,
  CacheWriteOptions,
  ReplicatedCache,
  SharedCache,
} from "./shared_cache.ts";
export {
  type CacheOperation,
  createLocalCache,
  type LocalCache,
  type LocalCacheDeps,
} from "./local_cache.ts";
export { type CacheLimits, DEFAULT_CACHE_LIMITS } from "./limits.ts";
export { type CacheSweeperOptions, runCacheSweeper } from "./run_cache_sweeper.ts";
export {
  createReplicator,
  DEFAULT_REPLICATION_LIMITS,
  type ReplicaTarget,
  type ReplicationLimits,
  type ReplicationOutcome,
  type Replicator,
  type ReplicatorDeps,
  type ReplicatorStatistics,
} from "./replicator.ts";
export {
  CacheChangeRefusedError,
  type CacheChangeRefusedErrorCode,
  InvalidCacheEntryError,
  type InvalidCacheEntryErrorCode,
} from "./errors.ts";
