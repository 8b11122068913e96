import {
  createLocalCache,
  createReplicator,
  type LocalCache,
  runCacheSweeper,
} from "../cache/mod.ts";
import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { CacheStore } from "../store/mod.ts";
import type { QueueClient } from "../taskqueue/mod.ts";
import { getLogger, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";

/** What a node's cache needs. */
export interface StartCacheDeps {
  readonly store: CacheStore;
  /** Empty without P2P. */
  readonly peerId: string;
  /** How the nodes that get the changes are reached; `undefined` without P2P. */
  readonly client: QueueClient | undefined;
  readonly config: Config["cache"];
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/** Names the node in its own changes when it is in no network, where nobody compares them. */
const NO_PEER_ID = "local";

/**
 * Start the shared cache of this node, keep it in order, and replicate its changes.
 *
 * @param group Owns sweeper and replicator.
 * @param deps Store and settings.
 * @returns The cache.
 */
export function startCache(group: TaskGroup, deps: StartCacheDeps): LocalCache {
  const { store, peerId, client, config, metrics, clock } = deps;
  const logger = getLogger("cache");
  const operations = metrics.counter(METRICS.cacheOperations);
  const replications = metrics.counter(METRICS.cacheReplications);
  const targets = client === undefined ? [] : config.replicateTo.map((multiaddr) => ({
    id: multiaddr,
    cache: client.cacheOf({ multiaddr }),
  }));
  const replicator = createReplicator({
    targets: () => targets,
    clock,
    logger,
    onOutcome: (outcome) => replications.add(1, { outcome }),
  });
  const cache = createLocalCache({
    store,
    peerId: peerId || NO_PEER_ID,
    clock,
    limits: { maxBytes: config.maxBytes },
    onChange: replicator.push,
    onOperation: (op, outcome) => operations.add(1, { op, outcome }),
  });
  group.spawn("cache sweeper", (signal) => runCacheSweeper(cache, { clock, logger, signal }));
  group.spawn("cache replication", (signal) => replicator.run(signal));
  return cache;
}
