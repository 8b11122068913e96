import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { HttpServer } from "../http/mod.ts";
import { type BoundTool, createToolTable } from "../mcp/server/mod.ts";
import type { Network } from "../network/mod.ts";
import type { HealthRegistry, MetricsRegistry } from "../telemetry/mod.ts";
import type { Neighbourhood, ServerFacts } from "../tools/mod.ts";
import type { Worker } from "../worker/mod.ts";
import { bindTools } from "./bind_tools.ts";
import type { ServerReady } from "./server_ready.ts";
import type { NodeResources } from "./open_node_resources.ts";
import { createLocalQueueDirectory, createQueueDirectory } from "./queue_directory.ts";
import { startHttp } from "./start_http.ts";
import { startPeerServices } from "./start_peer_services.ts";
import { startQueue } from "./start_queue.ts";
import { createExecutors, startWorker } from "./start_worker.ts";
import { createToolCaller } from "./tool_caller.ts";
import { VERSION } from "./version.ts";

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
  const { config, resources, extraTools, health, metrics, clock } = deps;
  const { dataDir, secrets, store, network } = resources;
  const startedAtMs = clock.now();
  const peerId = network?.peerId ?? "";
  let taskTypes: readonly string[] = [];
  const queue = startQueue(group, {
    store,
    peerId,
    config: config.queue,
    session: config.p2p.session,
    taskTypes: () => taskTypes,
    health,
    metrics,
    clock,
  });
  const describeServer = (): ServerFacts => ({
    name: config.server.name,
    version: VERSION,
    peerId,
    multiaddrs: network?.multiaddrs() ?? [],
    taskTypes,
    tools: tools.map((tool) => tool.name),
    startedAtMs,
    uptimeMs: clock.now() - startedAtMs,
  });
  const toolDeps = {
    neighbourhood: network && describeNeighbourhood(network, { startedAtMs, clock }),
    describeServer,
  };
  const queues = createQueueDirectory({ local: queue, network, token: secrets.token });
  const tools = [...bindTools({ ...toolDeps, queues }), ...extraTools];
  const peerTools = [
    ...bindTools({ ...toolDeps, queues: createLocalQueueDirectory(queue) }),
    ...extraTools,
  ];
  const executors = await createExecutors({
    config,
    textApiKey: secrets.textApiKey,
    callTool: createToolCaller(peerTools),
  });
  const serving = network && startPeerServices(group, {
    network,
    queue,
    tools: peerTools,
    config,
    token: secrets.token,
    health,
    metrics,
    clock,
  });
  const listening = startHttp(group, {
    config: config.server,
    tools: createToolTable(tools),
    health,
    metrics,
  });
  const [http] = await Promise.all([listening, serving]);
  let worker: Worker | undefined;
  if (config.worker.enabled && executors.length > 0) {
    taskTypes = executors.map(({ type }) => type);
    const defaultName = peerId === "" ? "local" : peerId;
    worker = startWorker(group, {
      queue,
      executors,
      config: config.worker,
      defaultName,
      health,
      metrics,
      clock,
    });
  }
  const ready = {
    url: `${http.url}${config.server.mountPath}`,
    peerId,
    multiaddrs: network?.multiaddrs() ?? [],
    dataDir: dataDir.path,
  };
  return { http, worker, ready };
}

function describeNeighbourhood(
  network: Network,
  options: { readonly startedAtMs: number; readonly clock: Clock },
): Neighbourhood {
  return {
    selfPeerId: network.peerId,
    listenPort: Number(/\/tcp\/(\d+)/.exec(network.multiaddrs()[0] ?? "")?.[1] ?? 0),
    startedAtMs: options.startedAtMs,
    discoveredPeers: () => network.discoveredPeers(),
    now: () => options.clock.now(),
  };
}
