import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { ReplicatedCache } from "../cache/mod.ts";
import { type BoundTool, createMcpStreamSession } from "../mcp/server/mod.ts";
import { followRevocations, type Network, type Refusal } from "../network/mod.ts";
import { serveRpc } from "../rpc/mod.ts";
import {
  createTaskQueueServer,
  type LocalTaskQueue,
  type ServedOperation,
  TASK_QUEUE_TOOL,
} from "../taskqueue/mod.ts";
import { getLogger, type HealthRegistry, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import type { NodeMcp } from "./node_mcp.ts";
import type { NodeTrust } from "./open_trust.ts";
import { observePeers } from "./observe_peers.ts";
import { createPeerTools } from "./peer_tools.ts";
import { showDiscoveryHealth } from "./show_discovery_health.ts";
import { startInvites } from "./start_invites.ts";
import { startRendezvous } from "./start_rendezvous.ts";

/** What a node offers to other nodes. */
export interface PeerServicesDeps {
  readonly network: Network;
  readonly queue: LocalTaskQueue;
  /** `undefined` when the node has no cache. */
  readonly cache: ReplicatedCache | undefined;
  /** Tools that admitted peers may call; there may be none. */
  readonly tools: readonly BoundTool[];
  /** What is served to them over MCP. */
  readonly mcp: NodeMcp;
  readonly config: Config;
  /** Admits peers. */
  readonly trust: NodeTrust;
  /** Where this node's invitations are. */
  readonly invitesPath: string;
  /** Told of what peers were not let do. */
  readonly onRefusal: (refusal: Refusal) => void;
  /** Whether there is a token that admits peers. */
  readonly hasToken: boolean;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/** How long writing the announce file may take; the node is ready then all the same. */
const ANNOUNCE_TIMEOUT_MS = 2_000;

/**
 * Start serving other nodes: the queue and MCP over one framed protocol, and the queue over the older
 * line protocol. Only then is the node to be found; when this returns, the announce file says where.
 *
 * @param group Owns the services.
 * @param deps What is served and to whom.
 */
export async function startPeerServices(group: TaskGroup, deps: PeerServicesDeps): Promise<void> {
  const { network, queue, cache, tools, mcp, config, trust, onRefusal, metrics, clock } = deps;
  const { authorizer } = trust;
  followRevocations(group, { network, trust: trust.list, logger: getLogger("trust") });
  tellWhoMayUse(deps);
  deps.health.register("p2p", () => {
    const isListening = network.multiaddrs().length > 0;
    return isListening ? { ok: true } : { ok: false, reason: "the node has no address" };
  });
  const server = createTaskQueueServer({
    queue,
    cache,
    authorizer,
    tools: tools.length === 0 ? undefined : createPeerTools(tools),
    clock,
    logger: getLogger("taskqueue"),
    onOperation: countOperations(metrics),
    onRefusal,
  });
  await server.serveLines(group, network);
  await serveRpc(group, {
    network,
    tools: new Map([[TASK_QUEUE_TOOL, server.rpcTool]]),
    openSession: createMcpStreamSession({ ...mcp.options, service: mcp.service, authorizer }),
    serverInfo: mcp.options.serverInfo,
    onRefusal,
    clock,
    logger: getLogger("rpc"),
  });
  await startInvites(group, deps);
  if (config.discovery.rendezvousServer) await startRendezvous(group, deps);
  network.startDiscovery();
  showDiscoveryHealth(deps.health, network);
  observePeers(metrics, network);
  await waitUntilAnnounced(network, ANNOUNCE_TIMEOUT_MS);
}

function countOperations(metrics: MetricsRegistry): (operation: ServedOperation) => void {
  const counter = metrics.counter(METRICS.queueOperations);
  const histogram = metrics.histogram(METRICS.queueOperationSeconds);
  return ({ op, outcome, durationMs }) => {
    counter.add(1, { op, outcome });
    histogram.record(durationMs / 1000, { op });
  };
}

/** The two ends, neither of which should come as a surprise. */
function tellWhoMayUse({ config, trust, hasToken }: PeerServicesDeps): void {
  const logger = getLogger("trust");
  if (config.p2p.openSwarm) {
    logger.warn(
      "The swarm is open: EVERYBODY who can reach this node may submit tasks, work on them, " +
        "call the tools that are offered to peers, and use the cache",
      { hint: "start without --open-swarm, and invite peers with: mcpp invite" },
    );
  }
  const isAlone = !config.p2p.openSwarm && !hasToken && config.p2p.allowPeers.length === 0 &&
    trust.list.list().every(({ isRevoked }) => isRevoked);
  if (!isAlone) return;
  logger.info("Only this machine's owner may use this node", {
    hint: "let others in with: mcpp invite; mcpp peers trust; MCPP_TOKEN; or --allow-peer",
  });
}

/**
 * Whoever starts a node may look for its announce file at once. One that cannot be written keeps no node
 * from starting: the log, its health and `mcpp doctor` tell of it.
 */
async function waitUntilAnnounced(network: Network, timeoutMs: number): Promise<void> {
  const method = "announce-file";
  if (!network.discoveryHealth().some((health) => health.method === method)) return;
  await network.discover({ methods: [method], timeoutMs });
}
