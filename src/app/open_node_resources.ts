import { systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { Network, Refusal } from "../network/mod.ts";
import { offenceOf } from "../network/conduct/mod.ts";
import type { CacheStore, SessionStore, TaskStore } from "../store/mod.ts";
import { createQueueClient, type QueueClient } from "../taskqueue/mod.ts";
import { getLogger } from "../telemetry/mod.ts";
import { type DataDir, openDataDir } from "./open_data_dir.ts";
import { openNetwork } from "./open_network.ts";
import { type NodeTrust, openTrust } from "./open_trust.ts";
import { readSecrets, type Secrets } from "./read_secrets.ts";

/** What a node holds open as long as it lives. Disposing closes all, last opened first. */
export interface NodeResources extends AsyncDisposable {
  readonly dataDir: DataDir;
  readonly secrets: Secrets;
  readonly store: TaskStore;
  /** `undefined` when the node has no cache. */
  readonly cacheStore: CacheStore | undefined;
  /** `undefined` when the node does not answer over HTTP. */
  readonly sessionStore: SessionStore | undefined;
  /** Who may use the node over P2P; `undefined` when that is off. */
  readonly trust: NodeTrust | undefined;
  /** `undefined` when P2P is off. */
  readonly network: Network | undefined;
  /** How other nodes' queues are reached; `undefined` when P2P is off. */
  readonly client: QueueClient | undefined;
}

/** What is opened besides what every node has, and when to give up. */
export interface OpenNodeResourcesOptions {
  /** Whether the node answers over HTTP. */
  readonly hasHttp: boolean;
  /** Told of what peers were not let do. @default {nobody} */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Open all resources of a node. When one cannot be opened, the others are closed.
 *
 * @param config The configuration.
 * @param options What is opened.
 * @returns The resources.
 */
export async function openNodeResources(
  config: Config,
  { hasHttp, onRefusal, signal }: OpenNodeResourcesOptions,
): Promise<NodeResources> {
  await using opened = new AsyncDisposableStack();
  const secrets = await readSecrets(config, getLogger("app"));
  const dataDir = opened.use(await openDataDir(config.dataDir));
  const { openCacheStore, openSessionStore, openSqliteTaskStore } = await import(
    "../store/sqlite/mod.ts"
  );
  const store = opened.use(openSqliteTaskStore({ path: dataDir.databasePath }));
  const cacheStore = config.p2p.enableCache
    ? opened.use(openCacheStore({ path: dataDir.cachePath, logger: getLogger("cache") }))
    : undefined;
  const sessionStore = hasHttp
    ? opened.use(openSessionStore({ path: dataDir.sessionsPath, logger: getLogger("mcp") }))
    : undefined;
  const { token } = secrets;
  // Called later, when the network is there.
  const onUnauthorized = (refusal: Refusal): void => {
    onRefusal?.(refusal);
    const offence = offenceOf(refusal.reason);
    if (offence !== undefined) network?.noteOffence(refusal.peerId, offence);
  };
  const trust = config.p2p.enabled
    ? opened.use(
      await openTrust(config.p2p, {
        dataDir,
        token,
        onRefusal: onUnauthorized,
        clock: systemClock,
      }),
    )
    : undefined;
  const network: Network | undefined = config.p2p.enabled
    ? opened.use(
      await openNetwork(config.p2p, {
        identityPath: dataDir.identityPath,
        discovery: config.discovery,
        reach: config.reach,
        trust,
        onRefusal,
        knownPeersDirectory: config.discovery.rememberPeers ? dataDir.path : undefined,
        isDiscoveryDeferred: true,
        clock: systemClock,
        signal,
      }),
    )
    : undefined;
  const client = network && opened.use(createQueueClient({ network, token }));
  const owned = opened.move();
  return {
    dataDir,
    secrets,
    store,
    cacheStore,
    sessionStore,
    trust,
    network,
    client,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
