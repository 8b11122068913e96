import { join } from "node:path";
import {
  moveOnAfter,
  runTaskGroup,
  systemClock,
  type TaskGroup,
  waitForAbort,
} from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import { readAnnounceFile } from "../network/mod.ts";
import { askAtEdge, createRemoteTaskQueue, type TaskQueue } from "../taskqueue/mod.ts";
import { getLogger, MetricsRegistry } from "../telemetry/mod.ts";
import type { Executor } from "../worker/mod.ts";
import { bindTools } from "./bind_tools.ts";
import type { WorkerNodeReady } from "./worker_node_ready.ts";
import { NoQueueError } from "./errors.ts";
import { openDataDir } from "./open_data_dir.ts";
import { openNetwork } from "./open_network.ts";
import { createLocalQueueDirectory } from "./queue_directory.ts";
import { readSecrets, type Secrets } from "./read_secrets.ts";
import { createExecutors, startWorker } from "./start_worker.ts";
import { createToolCaller } from "./tool_caller.ts";
import { VERSION } from "./version.ts";

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
  const queue = createRemoteTaskQueue({ network, target: { multiaddr }, token: secrets.token });
  const { peerId: queuePeerId } = await askAtEdge(() => queue.status({ signal: stopping }));
  const executors = await createRemoteExecutors(config, { secrets, queue });
  await runTaskGroup(async (group, signal) => {
    const worker = startNodeWorker(group, { config, queue, executors, name: network.peerId });
    onReady({
      peerId: network.peerId,
      queuePeerId,
      taskTypes: executors.map(({ type }) => type),
      dataDir: dataDir.path,
    });
    await Promise.race([waitForAbort(stopping), waitForAbort(signal)]);
    signal.throwIfAborted();
    await moveOnAfter(config.shutdown.graceMs, async (ending) => {
      await Promise.race([worker.drain(), waitForAbort(ending)]);
    });
    group.cancel("the worker is stopping");
  }, { name: "mcpp worker" });
}

async function findAnnouncedNode(config: Config): Promise<string> {
  const path = config.p2p.announceFile;
  const announcement = path === false ? undefined : await readAnnounceFile(path);
  if (announcement === undefined) throw new NoQueueError(path || "none");
  return announcement.multiaddr;
}

interface RemoteExecutorDeps {
  readonly secrets: Secrets;
  readonly queue: TaskQueue;
}

function createRemoteExecutors(
  config: Config,
  { secrets, queue }: RemoteExecutorDeps,
): Promise<readonly Executor[]> {
  const startedAtMs = systemClock.now();
  const tools = bindTools({
    queues: createLocalQueueDirectory(queue),
    neighbourhood: undefined,
    describeServer: () => ({
      name: config.server.name,
      version: VERSION,
      peerId: "",
      multiaddrs: [],
      taskTypes: [],
      tools: tools.map((tool) => tool.name),
      startedAtMs,
      uptimeMs: systemClock.now() - startedAtMs,
    }),
  });
  return createExecutors({
    config,
    textApiKey: secrets.textApiKey,
    callTool: createToolCaller(tools),
  });
}

interface NodeWorkerDeps {
  readonly config: Config;
  readonly queue: TaskQueue;
  readonly executors: readonly Executor[];
  readonly name: string;
}

function startNodeWorker(group: TaskGroup, deps: NodeWorkerDeps) {
  return startWorker(group, {
    queue: deps.queue,
    executors: deps.executors,
    config: deps.config.worker,
    defaultName: deps.name,
    metrics: new MetricsRegistry(),
    clock: systemClock,
  });
}
