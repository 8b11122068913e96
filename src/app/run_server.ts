import { runTaskGroup, systemClock } from "../concurrency/mod.ts";
import { type Config, describeConfig } from "../config/mod.ts";
import type { BoundTool, MessageChannel } from "../mcp/server/mod.ts";
import { getLogger, HealthRegistry, MetricsRegistry, observeProcess } from "../telemetry/mod.ts";
import type { ServerReady } from "./server_ready.ts";
import { type NodeParts, startNode } from "./start_node.ts";
import { openNodeResources } from "./open_node_resources.ts";
import { reportRefusals } from "./report_refusals.ts";
import { drainWorker, waitForStop } from "./stopping.ts";

/** How {@linkcode runServer} is run. */
export interface RunServerOptions {
  /** Tools besides mcpp's own. */
  readonly tools: readonly BoundTool[];
  /** Served instead of HTTP; the node stops when it ends. */
  readonly channel: MessageChannel | undefined;
  /** Called when everything is up. */
  readonly onStart: (ready: ServerReady) => Promise<void> | void;
  /** Called when running work has ended or is about to be interrupted. */
  readonly onStop: (() => Promise<void> | void) | undefined;
  /** Begins an orderly stop. */
  readonly stopping: AbortSignal;
}

/**
 * Run a node until it is told to stop.
 *
 * @param config The configuration.
 * @param options Tools, hooks, and the signal to stop.
 */
export async function runServer(config: Config, options: RunServerOptions): Promise<void> {
  const { stopping, channel, onStart, onStop } = options;
  const logger = getLogger("app");
  const health = new HealthRegistry();
  const metrics = new MetricsRegistry();
  using _process = observeProcess(metrics);
  logger.debug("Configuration", { config: describeConfig(config) });
  const onRefusal = reportRefusals(metrics, systemClock);
  await using resources = await openNodeResources(config, {
    hasHttp: channel === undefined,
    onRefusal,
    signal: stopping,
  });
  await runTaskGroup(async (group, signal) => {
    const node = await startNode(group, {
      config,
      resources,
      onRefusal,
      extraTools: options.tools,
      channel,
      health,
      metrics,
      clock: systemClock,
    });
    stopping.throwIfAborted();
    await onStart(node.ready);
    logger.info("Node is ready", { ...node.ready });
    await waitForStop(stopping, signal, node.unreachable);
    health.setDraining("the node is stopping");
    logger.info("Node is stopping");
    await drain(node, config.shutdown.graceMs);
    await onStop?.();
    group.cancel("the node is stopping");
  }, { name: "mcpp" });
  logger.info("Node has stopped");
}

/** Let running tasks and requests end, within the grace period. */
async function drain({ http, worker }: NodeParts, graceMs: number): Promise<void> {
  await Promise.all([http?.drain({ deadlineMs: graceMs }), drainWorker(worker, graceMs)]);
}
