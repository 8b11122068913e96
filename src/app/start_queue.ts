import type { Clock, TaskGroup } from "../concurrency/mod.ts";
import type { Config } from "../config/mod.ts";
import type { Network } from "../network/mod.ts";
import type { TaskStore } from "../store/mod.ts";
import { TASK_STATUSES } from "../task/mod.ts";
import { createLocalTaskQueue, type LocalTaskQueue, runSweeper } from "../taskqueue/mod.ts";
import { getLogger, type HealthRegistry, METRICS, type MetricsRegistry } from "../telemetry/mod.ts";
import { VERSION } from "./version.ts";

/** What a node's queue needs. */
export interface StartQueueDeps {
  readonly store: TaskStore;
  /** Empty without P2P. */
  readonly peerId: string;
  readonly config: Config;
  /** What the node's worker takes, asked anew each time. */
  readonly taskTypes: () => readonly string[];
  /** Knows whether others can dial the node; `undefined` when P2P is off. */
  readonly network: Pick<Network, "reachability"> | undefined;
  readonly health: HealthRegistry;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
}

/**
 * Start the queue of this node and keep it in order.
 *
 * @param group Owns the sweeper.
 * @param deps Store and settings.
 * @returns The queue.
 */
export function startQueue(group: TaskGroup, deps: StartQueueDeps): LocalTaskQueue {
  const { store, peerId, config, taskTypes, health, metrics, clock } = deps;
  const queue = createLocalTaskQueue(
    {
      store,
      peerId,
      clock,
      capabilities: () => ({
        taskTypes: taskTypes(),
        session: config.p2p.session,
        program: `mcpp ${VERSION}`,
        reachability: config.reach.autonat ? deps.network?.reachability().status : undefined,
      }),
    },
    {
      leaseMs: config.queue.leaseMs,
      legacyLeaseMs: config.queue.legacyLeaseMs,
      affinityMs: config.queue.affinityMs,
      ownershipGraceMs: config.queue.ownershipGraceMs,
      maxRunningByType: parseTypeLimits(config.queue.typeLimits),
      retentionMs: config.queue.retentionMs,
      maxAttempts: config.queue.maxAttempts,
    },
  );
  health.register("queue", async () => {
    await store.counts();
    return { ok: true };
  });
  metrics.gauge(METRICS.tasks).observe(async () => {
    const counts = await store.counts();
    return TASK_STATUSES.map((status) => ({ labels: { status }, value: counts[status] }));
  });
  group.spawn(
    "sweeper",
    (signal) => runSweeper(queue, { clock, logger: getLogger("taskqueue"), signal }),
  );
  return queue;
}

/** `<type>=<number>` each, as the configuration has checked. */
function parseTypeLimits(limits: readonly string[]): ReadonlyMap<string, number> {
  return new Map(limits.map((limit) => {
    const at = limit.lastIndexOf("=");
    return [limit.slice(0, at), Number(limit.slice(at + 1))];
  }));
}
