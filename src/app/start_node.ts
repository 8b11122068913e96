import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { HttpServer } from "../http/mod.ts";
import { type BoundTool, createToolTable } from "../mcp/server/mod.ts";
import type { HealthRegistry, MetricsRegistry } from "../telemetry/mod.ts";
import type { Executor, Worker } from "../worker/mod.ts";
import { createNodeTools } from "./node_tools.ts";
import type { ServerReady } from "./server_ready.ts";
import type { NodeResources } from "./open_node_resources.ts";
import { startCache } from "./start_cache.ts";
import { startHttp } from "./start_http.ts";
import { startPeerServices } from "./start_peer_services.ts";
import { startQueue } from "./start_queue.ts";
import { createExecutors, startWorker } from "./start_worker.ts";
import { createToolCaller } from "./tool_caller.ts";

/** What a node is made of. */
export interface StartNodeDeps {
  readonly config: Config;
  readonly resources: NodeResources;
  /** Tools besides mcpp's own. */
  readonly extraTools: readonly BoundTool[];
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/** The parts of a running node that its stop deals with one by one. */
export interface NodeParts {
  readonly http: HttpServer;
  /** `undefined` when the node does not work itself. */
  readonly worker: Worker | undefined;
  readonly ready: ServerReady;
}

/**
 * Start all services of a node.
 *
 * @param group Owns the services.
 * @param deps Configuration and open resources.
 * @returns When everything is up.
 */
export async function startNode(group: TaskGroup, deps: StartNodeDeps): Promise<NodeParts> {
  const { config, resources, health, metrics, clock } = deps;
  const { dataDir, secrets, store, cacheStore, network, client } = resources;
  const { token, textApiKey } = secrets;
  const peerId = network?.peerId ?? "";
  let executors: readonly Executor[] = [];
  const taskTypes = (): readonly string[] => executors.map(({ type }) => type);
  const watched = { health, metrics, clock };
  const queue = startQueue(group, { ...watched, config, store, peerId, taskTypes });
  const cache = cacheStore && startCache(group, {
    ...watched,
    store: cacheStore,
    peerId,
    client,
    config: config.cache,
  });
  const tools = createNodeTools({
    name: config.server.name,
    queue,
    cache,
    network,
    client,
    claimers: () => queue.claimers(),
    taskTypes,
    extra: deps.extraTools,
    clock,
  });
  if (config.worker.enabled) {
    executors = await createExecutors({
      config,
      textApiKey,
      callTool: createToolCaller(tools.peer),
    });
  }
  const [http] = await Promise.all([
    startHttp(group, { ...watched, config: config.server, tools: createToolTable(tools.local) }),
    network && startPeerServices(group, {
      ...watched,
      network,
      queue,
      cache,
      tools: tools.peer,
      config,
      token,
    }),
  ]);
  const worker = executors.length === 0 ? undefined : startWorker(group, {
    ...watched,
    queue,
    executors,
    config: config.worker,
    session: config.p2p.session,
    defaultName: peerId || "local",
  });
  const ready = {
    url: `${http.url}${config.server.mountPath}`,
    peerId,
    multiaddrs: network?.multiaddrs() ?? [],
    dataDir: dataDir.path,
  };
  return { http, worker, ready };
}
