import { join } from "node:path";
import { runTaskGroup, systemClock } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { findAnnouncedNodes } from "../network/mod.ts";
import { askAtEdge, createQueueClient } from "../taskqueue/mod.ts";
import { getLogger, MetricsRegistry } from "../telemetry/mod.ts";
import { listAnnouncePaths } from "./announce_paths.ts";
import type { WorkerNodeReady } from "./worker_node_ready.ts";
import { NoQueueError } from "./errors.ts";
import { describeNeighbourhood } from "./describe_neighbourhood.ts";
import { createNodeTools } from "./node_tools.ts";
import { chooseIdentity } from "./choose_identity.ts";
import { type DataDir, openDataDir, WORKER_DIR } from "./open_data_dir.ts";
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

/**
 * Execute tasks of another node's queue until told to stop.
 *
 * @param config The configuration.
 * @param options Whose tasks, and the signal to stop.
 */
export async function runWorkerNode(config: Config, options: RunWorkerNodeOptions): Promise<void> {
  const { stopping, onReady } = options;
  const secrets = await readSecrets(config, getLogger("app"));
  await using dataDir = await openDataDir(join(config.dataDir, WORKER_DIR));
  const multiaddr = options.peer ?? await findAnnouncedNode(config, dataDir);
  const { path } = await chooseIdentity(config, multiaddr);
  await using network = await openNetwork(config.p2p, {
    identityPath: path ?? dataDir.identityPath,
    isListening: false,
    reach: config.reach,
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

/**
 * The one that was announced last, of those that still run. Whoever is worked for is shown the token: so
 * only what this user or the system's administrator has announced counts, and not what any other user of
 * the machine has put into a directory that all may write to.
 */
async function findAnnouncedNode({ p2p }: Config, dataDir: DataDir): Promise<string> {
  const paths = listAnnouncePaths(p2p.announceFile);
  const { live, failures: [failure] } = await findAnnouncedNodes(paths, {
    nowMs: systemClock.now(),
  });
  const { uid } = await Deno.stat(dataDir.path);
  const newest = live.find(({ ownerUid }) => ownerUid === uid || ownerUid === 0);
  if (newest !== undefined) return newest.multiaddr;
  throw failure ?? new NoQueueError(p2p.announceFile || "none");
}
