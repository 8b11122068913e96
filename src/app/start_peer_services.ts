import { type Clock, shield, type TaskGroup, waitForAbort } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { type BoundTool, createToolTable, serveMcpStreams } from "../mcp/server/mod.ts";
import {
  chooseAnnouncedMultiaddr,
  createAuthorizer,
  type Network,
  removeAnnounceFile,
  writeAnnounceFile,
} from "../network/mod.ts";
import { type LocalTaskQueue, type ServedOperation, serveTaskQueue } from "../taskqueue/mod.ts";
import { getLogger, type HealthRegistry, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import { createPeerTools } from "./peer_tools.ts";
import { VERSION } from "./version.ts";

/** What a node offers to other nodes. */
export interface PeerServicesDeps {
  readonly network: Network;
  readonly queue: LocalTaskQueue;
  /** Tools that admitted peers may call. */
  readonly tools: readonly BoundTool[];
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
 * Start serving other nodes: the task queue protocol, MCP over streams, the announce file.
 *
 * @param group Owns the services.
 * @param deps What is served and to whom.
 */
export async function startPeerServices(group: TaskGroup, deps: PeerServicesDeps): Promise<void> {
  const { network, queue, tools, config, token, metrics, clock } = deps;
  const { allowPeers, enableTools } = config.p2p;
  const authorizer = createAuthorizer({ token, allowPeers });
  warnOfSettings(deps);
  deps.health.register("p2p", () => {
    const isListening = network.multiaddrs().length > 0;
    return isListening ? { ok: true } : { ok: false, reason: "the node has no address" };
  });
  await serveTaskQueue(group, {
    network,
    queue,
    authorizer,
    tools: enableTools ? createPeerTools(tools) : undefined,
    clock,
    logger: getLogger("taskqueue"),
    onOperation: countOperations(metrics),
  });
  if (enableTools) {
    await serveMcpStreams(group, {
      network,
      authorizer,
      serverInfo: { name: config.server.name, version: VERSION },
      tools: createToolTable(tools),
      clock,
      metrics,
      logger: getLogger("mcp"),
    });
  }
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

function warnOfSettings({ token, config }: PeerServicesDeps): void {
  const logger = getLogger("app");
  if (token === undefined && config.p2p.allowPeers.length === 0) {
    logger.warn("No peer may use this node, as it has neither a token nor allowed peers", {
      hint: "set MCPP_TOKEN, --token-file or --allow-peer",
    });
  }
  if (config.p2p.enableCache) {
    logger.warn("The shared cache is not part of this version; the setting has no effect");
  }
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
