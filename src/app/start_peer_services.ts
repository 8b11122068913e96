import { type Clock, shield, type TaskGroup, waitForAbort } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { ReplicatedCache } from "../cache/mod.ts";
import { type BoundTool, createMcpStreamSession } from "../mcp/server/mod.ts";
import {
  chooseAnnouncedMultiaddr,
  createAuthorizer,
  type Network,
  removeAnnounceFile,
  writeAnnounceFile,
} from "../network/mod.ts";
import { serveRpc } from "../rpc/mod.ts";
import {
  createTaskQueueServer,
  type LocalTaskQueue,
  type ServedOperation,
  TASK_QUEUE_TOOL,
} from "../taskqueue/mod.ts";
import { getLogger, type HealthRegistry, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import type { NodeMcp } from "./node_mcp.ts";
import { createPeerTools } from "./peer_tools.ts";
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
  readonly token: string | undefined;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/** How long removing the announce file may take at the end. */
const UNANNOUNCE_DEADLINE_MS = 1_000;

/**
 * Start serving other nodes: the queue and MCP over one framed protocol, the queue over the older
 * line protocol, and the announce file.
 *
 * @param group Owns the services.
 * @param deps What is served and to whom.
 */
export async function startPeerServices(group: TaskGroup, deps: PeerServicesDeps): Promise<void> {
  const { network, queue, cache, tools, mcp, config, token, metrics, clock } = deps;
  const { allowPeers } = config.p2p;
  const authorizer = createAuthorizer({ token, allowPeers });
  if (token === undefined && allowPeers.length === 0) warnOfNobody();
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
  });
  await server.serveLines(group, network);
  await serveRpc(group, {
    network,
    tools: new Map([[TASK_QUEUE_TOOL, server.rpcTool]]),
    openSession: createMcpStreamSession({ ...mcp.options, service: mcp.service, authorizer }),
    serverInfo: mcp.options.serverInfo,
    clock,
    logger: getLogger("rpc"),
  });
  if (config.discovery.rendezvousServer) await startRendezvous(group, deps);
  await announce(group, deps);
}

function countOperations(metrics: MetricsRegistry): (operation: ServedOperation) => void {
  const counter = metrics.counter(METRICS.queueOperations);
  const histogram = metrics.histogram(METRICS.queueOperationSeconds);
  return ({ op, outcome, durationMs }) => {
    counter.add(1, { op, outcome });
    histogram.record(durationMs / 1000, { op });
  };
}

function warnOfNobody(): void {
  getLogger("app").warn(
    "No peer may use this node, as it has neither a token nor allowed peers",
    { hint: "set MCPP_TOKEN, --token-file or --allow-peer" },
  );
}

/** Write where the node is, and take it back when the group ends. */
async function announce(group: TaskGroup, { network, config }: PeerServicesDeps): Promise<void> {
  const { announceFile: path, publicIp } = config.p2p;
  const multiaddr = chooseAnnouncedMultiaddr(network.multiaddrs(), {
    publicIp: publicIp === "auto" ? undefined : publicIp,
  });
  if (path === false || multiaddr === undefined) return;
  const { peerId } = network;
  await group.start<void>("announce", async (started, signal) => {
    await writeAnnounceFile(path, { peerId, multiaddr });
    started();
    await waitForAbort(signal);
    await shield(() => removeAnnounceFile(path, { peerId }), {
      deadlineMs: UNANNOUNCE_DEADLINE_MS,
    });
  });
}
