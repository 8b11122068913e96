import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { HttpServer } from "../http/mod.ts";
import {
  ANONYMOUS,
  type BoundTool,
  type MessageChannel,
  serveMcpChannel,
} from "../mcp/server/mod.ts";
import type { Refusal } from "../network/mod.ts";
import type { HealthRegistry, MetricsRegistry } from "../telemetry/mod.ts";
import type { Executor, Worker } from "../worker/mod.ts";
import { describeNeighbourhood } from "./describe_neighbourhood.ts";
import { createNodeMcp, type NodeMcp } from "./node_mcp.ts";
import { type CallerTools, createNodeTools } from "./node_tools.ts";
import { createPrompts, createResources } from "./node_views.ts";
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
  /** Told of what peers were not let do. */
  readonly onRefusal: (refusal: Refusal) => void;
  /** Tools besides mcpp's own. */
  readonly extraTools: readonly BoundTool[];
  /** Serves clients on this machine instead of HTTP. @default {undefined} HTTP */
  readonly channel?: MessageChannel | undefined;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/** The parts of a running node that its stop deals with one by one. */
export interface NodeParts {
  /** `undefined` when the node serves a channel instead. */
  readonly http: HttpServer | undefined;
  /** Resolves when nobody can reach the node's MCP server any more; never with HTTP. */
  readonly unreachable: Promise<void>;
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
  const { config, health, metrics, clock, channel } = deps;
  const { dataDir, secrets, store, cacheStore, trust, network, client } = deps.resources;
  const { token, textApiKey } = secrets;
  const peerId = network?.peerId ?? "";
  let executors: readonly Executor[] = [];
  const taskTypes = (): readonly string[] => executors.map(({ type }) => type);
  const watched = { health, metrics, clock };
  const queue = startQueue(group, { ...watched, config, store, peerId, taskTypes, network });
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
    neighbourhood: network && describeNeighbourhood(network, {
      claimers: () => queue.claimers(),
      trust: trust?.list,
      clock,
    }),
    taskTypes,
    extra: deps.extraTools,
    selection: config.tools,
    clock,
  });
  if (config.worker.enabled) {
    executors = await createExecutors({
      config,
      textApiKey,
      callTool: createToolCaller(tools.task),
    });
  }
  const toolNames = (): readonly string[] => tools.task.map((tool) => tool.name);
  const serve = ({ tools, queues, neighbourhood }: CallerTools): NodeMcp => {
    const resources = createResources({ queue, neighbourhood, clock });
    return createNodeMcp(group, {
      config: config.server,
      tools,
      resources,
      prompts: createPrompts({ queue, queues, neighbourhood, resources, toolNames, clock }),
      metrics,
    });
  };
  const [{ http, unreachable }] = await Promise.all([
    startLocalMcp(group, { ...deps, mcp: serve(tools.local), channel }),
    network && trust && startPeerServices(group, {
      ...watched,
      network,
      queue,
      cache,
      tools: tools.peer.tools,
      mcp: serve(tools.peer),
      config,
      trust,
      invitesPath: dataDir.invitesPath,
      onRefusal: deps.onRefusal,
      hasToken: token !== undefined,
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
    url: http === undefined ? "" : `${http.url}${config.server.mountPath}`,
    peerId,
    multiaddrs: network?.multiaddrs() ?? [],
    dataDir: dataDir.path,
  };
  return { http, unreachable, worker, ready };
}

interface LocalMcpDeps extends StartNodeDeps {
  readonly mcp: NodeMcp;
}

type LocalMcp = Pick<NodeParts, "http" | "unreachable">;

/** Serve the clients on this machine. */
async function startLocalMcp(group: TaskGroup, deps: LocalMcpDeps): Promise<LocalMcp> {
  const { channel, mcp, resources: { sessionStore } } = deps;
  if (channel === undefined) {
    const http = await startHttp(group, { ...deps, sessionStore });
    return { http, unreachable: new Promise(() => {}) };
  }
  const ended = Promise.withResolvers<void>();
  group.spawn("mcp channel", async () => {
    const { logger } = mcp.options;
    await serveMcpChannel(group, { service: mcp.service, channel, principal: ANONYMOUS, logger });
    ended.resolve();
  });
  return { http: undefined, unreachable: ended.promise };
}
