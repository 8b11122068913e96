import { join } from "node:path";
import { runTaskGroup, systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { readAnnounceFile } from "../network/mod.ts";
import { askAtEdge, createQueueClient } from "../taskqueue/mod.ts";
import { getLogger, MetricsRegistry } from "../telemetry/mod.ts";
import type { WorkerNodeReady } from "./worker_node_ready.ts";
import { NoQueueError } from "./errors.ts";
import { describeNeighbourhood } from "./describe_neighbourhood.ts";
import { createNodeTools } from "./node_tools.ts";
import { openDataDir } from "./open_data_dir.ts";
import { openNetwork } from "./open_network.ts";
import { readSecrets } from "./read_secrets.ts";
import { createExecutors, startWorker } from "./start_worker.ts";
import { drainWorker, waitForStop } from "./stopping.ts";
import { createToolCaller } from "./tool_caller.ts";

/** How {@linkcode runWorkerNode} is run. */
export interface RunWorkerNodeOptions {
  /** Address of the node to take tasks from. */
  readonly peer: string | undefined;
  /** Called when it begins to take tasks. */
  readonly onReady: (ready: WorkerNodeReady) => void;
  /** Begins an orderly stop. */
  readonly stopping: AbortSignal;
}

/** A worker shares the node's data directory as far as it has a place of its own there. */
const WORKER_DIR = "worker";

/**
 * Execute tasks of another node's queue until told to stop.
 *
 * @param config The configuration.
 * @param options Whose tasks, and the signal to stop.
 */
export async function runWorkerNode(config: Config, options: RunWorkerNodeOptions): Promise<void> {
  const { stopping, onReady } = options;
  const secrets = await readSecrets(config, getLogger("app"));
  const multiaddr = options.peer ?? await findAnnouncedNode(config);
  await using dataDir = await openDataDir(join(config.dataDir, WORKER_DIR));
  await using network = await openNetwork(config.p2p, {
    identityPath: dataDir.identityPath,
    isListening: false,
    clock: systemClock,
    signal: stopping,
  });
  await using client = createQueueClient({ network, token: secrets.token });
  const queue = client.queueOf({ multiaddr });
  const { peerId: queuePeerId } = await askAtEdge(() => queue.status({ signal: stopping }));
  const tools = createNodeTools({
    name: config.server.name,
    queue,
    cache: undefined,
    network,
    client,
    neighbourhood: describeNeighbourhood(network, { clock: systemClock }),
    taskTypes: () => taskTypes,
    extra: [],
    selection: { only: [], except: [], peer: [] },
    clock: systemClock,
  });
  const executors = await createExecutors({
    config,
    textApiKey: secrets.textApiKey,
    callTool: createToolCaller(tools.task),
  });
  const taskTypes = executors.map(({ type }) => type);
  await runTaskGroup(async (group, signal) => {
    const worker = startWorker(group, {
      queue,
      executors,
      config: config.worker,
      session: config.p2p.session,
      defaultName: network.peerId,
      metrics: new MetricsRegistry(),
      clock: systemClock,
    });
    onReady({
      peerId: network.peerId,
      queuePeerId,
      taskTypes,
      dataDir: dataDir.path,
    });
    await waitForStop(stopping, signal);
    await drainWorker(worker, config.shutdown.graceMs);
    group.cancel("the worker is stopping");
  }, { name: "mcpp worker" });
}

async function findAnnouncedNode(config: Config): Promise<string> {
  const path = config.p2p.announceFile;
  const announcement = path === false ? undefined : await readAnnounceFile(path);
  if (announcement === undefined) throw new NoQueueError(path || "none");
  return announcement.multiaddr;
}
