import { toJson } from "../codec/mod.ts";
import {
  type Clock,
  isCancellation,
  runTaskGroup,
  systemClock,
  type TaskGroup,
  waitForAbort,
} from "../concurrency/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { byteLength } from "./cache_value.ts";
import { ReplicaLane } from "./replica_lane.ts";
import type { CacheChange, ReplicatedCache } from "./shared_cache.ts";

/** A node that gets this node's changes. */
export interface ReplicaTarget {
  /** Names it, and stays the same: its peer id or its address. */
  readonly id: string;
  /** Its cache. A call should end soon when its signal aborts. */
  readonly cache: Pick<ReplicatedCache, "apply">;
}

/** What became of sending a change to one node. */
export type ReplicationOutcome =
  /** The node took it. */
  | "sent"
  /** The node knows a newer one. */
  | "stale"
  /** The node will never take it, as it is too large, for example. */
  | "refused"
  /** It did not get there. It will be sent again. */
  | "failed"
  /** Too many waited, or it waited for too long. */
  | "dropped";

/** Limits of replication. */
export interface ReplicationLimits {
  /** Nodes served; of more, the first ones. @default {16} */
  readonly maxTargets: number;
  /** Changes that wait for one node; of more, the oldest are dropped. @default {1024} */
  readonly maxQueued: number;
  /** What these take together, about, in bytes. @default {16777216} 16 MiB */
  readonly maxQueuedBytes: number;
  /** Changes sent to one node at the same time. @default {16} */
  readonly maxInFlight: number;
  /** How long a node may take to answer. @default {10000} */
  readonly sendTimeoutMs: number;
  /** Pause after the first failure; doubled with each further one. @default {250} */
  readonly baseDelayMs: number;
  /** Longest pause. @default {60000} */
  readonly maxDelayMs: number;
  /**
   * Older changes are not sent any more: nodes that do not know the key would not take them.
   * @default {86400000} one day
   */
  readonly maxAgeMs: number;
}

/** The limits of a replicator that was given none. */
export const DEFAULT_REPLICATION_LIMITS: ReplicationLimits = {
  maxTargets: 16,
  maxQueued: 1_024,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxInFlight: 16,
  sendTimeoutMs: 10_000,
  baseDelayMs: 250,
  maxDelayMs: 60_000,
  maxAgeMs: 24 * 60 * 60 * 1_000,
};

/** What a replicator needs. */
export interface ReplicatorDeps {
  /** The nodes that get the changes, asked for with each change. It must not throw. */
  readonly targets: () => readonly ReplicaTarget[];
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told of nodes that cannot be reached. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Those that differ from {@linkcode DEFAULT_REPLICATION_LIMITS}. */
  readonly limits?: Partial<ReplicationLimits> | undefined;
  /** Told what became of each change at each node, for metrics. It must not throw. */
  readonly onOutcome?: ((outcome: ReplicationOutcome) => void) | undefined;
}

/** Counts since the replicator was created. */
export interface ReplicatorStatistics extends Readonly<Record<ReplicationOutcome, number>> {
  /** Changes that wait now, each counted once for each node. */
  readonly queued: number;
  /** Nodes that changes are sent to. */
  readonly targets: number;
}

/** Sends the changes of this node's cache to other nodes. */
export interface Replicator {
  /** Have a change sent to all targets. Returns at once; never throws for what a node does. */
  readonly push: (change: CacheChange) => void;
  /**
   * Send, until the signal aborts. What is pushed while nobody sends waits.
   *
   * @param signal Ends it.
   * @returns A promise that resolves when the signal aborts.
   * @throws {TypeError} If it runs already.
   */
  run(signal: AbortSignal): Promise<void>;
  /** What was done. */
  statistics(): ReplicatorStatistics;
}

/**
 * Create a replicator: it sends each change of this node's cache to a few other nodes, in the
 * background, and again until it arrives. Each node has a queue of its own, so that one that is away
 * holds up no other, and of each key only the newest change waits.
 *
 * Nodes do not pass changes on, so each has to send its own to all others. What was not sent when a
 * node ends is lost: it is a cache.
 *
 * @param deps The nodes.
 * @returns The replicator; `push` is what the cache's `onChange` is for.
 *
 * @example Two caches
 * ```ts
 * import { createLocalCache, createReplicator } from "./mod.ts";
 * import { createMemoryCacheStore } from "../store/memory/mod.ts";
 * import { runTaskGroup } from "../concurrency/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const arrived = Promise.withResolvers<void>();
 * const there = createLocalCache({ store: createMemoryCacheStore(), peerId: "b" });
 * const replicator = createReplicator({
 *   targets: () => [{ id: "b", cache: there }],
 *   onOutcome: () => arrived.resolve(),
 * });
 * const here = createLocalCache({
 *   store: createMemoryCacheStore(),
 *   peerId: "a",
 *   onChange: replicator.push,
 * });
 * await runTaskGroup(async (group) => {
 *   group.spawn("replicate", (signal) => replicator.run(signal));
 *   await here.set("answer", 42);
 *   await arrived.promise;
 *   assert.equal(await there.has("answer"), true);
 *   group.cancel();
 * });
 * ```
 */
export function createReplicator(deps: ReplicatorDeps): Replicator {
  return new BackgroundReplicator(deps);
}

class BackgroundReplicator implements Replicator {
  readonly #deps: ReplicatorDeps;
  readonly #clock: Clock;
  readonly #limits: ReplicationLimits;
  readonly #lanes = new Map<string, ReplicaLane>();
  readonly #counts: Record<ReplicationOutcome, number> = {
    sent: 0,
    stale: 0,
    refused: 0,
    failed: 0,
    dropped: 0,
  };
  #group: TaskGroup | undefined;

  constructor(deps: ReplicatorDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#limits = { ...DEFAULT_REPLICATION_LIMITS, ...deps.limits };
  }

  readonly push = (change: CacheChange): void => {
    const targets = this.#deps.targets().slice(0, this.#limits.maxTargets);
    this.#closeOthers(new Set(targets.map(({ id }) => id)));
    if (targets.length === 0) return;
    const { key, value } = change;
    const sizeBytes = byteLength(key) + (value === undefined ? 0 : byteLength(toJson(value)));
    for (const target of targets) this.#laneTo(target).push({ change, sizeBytes });
  };

  async run(signal: AbortSignal): Promise<void> {
    if (this.#group !== undefined) throw new TypeError("Cannot run replicator as it runs already");
    try {
      await runTaskGroup(async (group, groupSignal) => {
        this.#group = group;
        for (const [id, lane] of this.#lanes) this.#spawn(group, id, lane);
        await waitForAbort(groupSignal);
      }, { name: "cache replication", clock: this.#clock, signal });
    } catch (error) {
      if (!isCancellation(error, signal)) throw error;
    } finally {
      this.#group = undefined;
    }
  }

  statistics(): ReplicatorStatistics {
    let queued = 0;
    for (const lane of this.#lanes.values()) queued += lane.size;
    return Object.freeze({ ...this.#counts, queued, targets: this.#lanes.size });
  }

  #laneTo(target: ReplicaTarget): ReplicaLane {
    let lane = this.#lanes.get(target.id);
    if (lane === undefined) {
      lane = new ReplicaLane({
        target,
        limits: this.#limits,
        clock: this.#clock,
        logger: this.#deps.logger,
        onOutcome: (outcome) => {
          this.#counts[outcome]++;
          this.#deps.onOutcome?.(outcome);
        },
      });
      this.#lanes.set(target.id, lane);
      if (this.#group !== undefined) this.#spawn(this.#group, target.id, lane);
    }
    return lane;
  }

  #spawn(group: TaskGroup, id: string, lane: ReplicaLane): void {
    group.spawn(`replicate to ${id}`, (signal) => lane.run(signal));
  }

  #closeOthers(wanted: ReadonlySet<string>): void {
    for (const [id, lane] of this.#lanes) {
      if (wanted.has(id)) continue;
      lane.close();
      this.#lanes.delete(id);
    }
  }
}
