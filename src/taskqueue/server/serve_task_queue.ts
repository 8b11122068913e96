import { type Clock, systemClock, type TaskGroup } from "../../concurrency/mod.ts";
import type { Authorizer, Network } from "../../network/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { LocalTaskQueue } from "../local/local_task_queue.ts";
import type { PeerTools } from "../ops/op.ts";
import { TASK_QUEUE_PROTOCOL } from "../protocol/constants.ts";
import { Dispatcher, type ServedOperation } from "./dispatcher.ts";
import { serveStream } from "./serve_stream.ts";

/** What {@linkcode serveTaskQueue} needs. */
export interface ServeTaskQueueDeps {
  /** Where to serve. */
  readonly network: Network;
  /** What to serve. */
  readonly queue: LocalTaskQueue;
  /** Who may use it. */
  readonly authorizer: Authorizer;
  /** Tools that admitted peers may call without a task. @default {undefined} none */
  readonly tools?: PeerTools | undefined;
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told of operations that fail by a fault of this node. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Told of each operation, for metrics. @default {nobody} */
  readonly onOperation?: ((operation: ServedOperation) => void) | undefined;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<ServeLimits> | undefined;
}

/** Limits of a served queue. */
export interface ServeLimits {
  /** A request must be complete within this time. @default {10000} */
  readonly readTimeoutMs: number;
  /** A reply must be taken within this time. @default {30000} */
  readonly writeTimeoutMs: number;
  /** Requests that one peer may have open, waits included. @default {256} */
  readonly maxStreamsPerPeer: number;
}

const DEFAULT_SERVE_LIMITS: ServeLimits = {
  readTimeoutMs: 10_000,
  writeTimeoutMs: 30_000,
  maxStreamsPerPeer: 256,
};

/**
 * Serve a queue to peers: one request line and one reply line on each stream, as Python peers do. Who
 * calls is who the handshake has proven, whatever a request says.
 *
 * @param group Requests run as its children; serving ends with it.
 * @param deps The network, the queue, and who may use it.
 * @returns A promise that resolves when the queue is served.
 *
 * @example Two nodes
 * ```ts
 * import { createLocalTaskQueue, createRemoteTaskQueue, serveTaskQueue } from "../mod.ts";
 * import { createMemoryTaskStore } from "../../store/memory/mod.ts";
 * import { createAuthorizer } from "../../network/mod.ts";
 * import { MemoryHub } from "../../network/memory/mod.ts";
 * import { runTaskGroup } from "../../concurrency/mod.ts";
 * import assert from "node:assert/strict";
 *
 * const hub = new MemoryHub();
 * await using alice = hub.open({ peerId: "alice" });
 * await using bob = hub.open({ peerId: "bob" });
 * await using store = createMemoryTaskStore();
 * const queue = createLocalTaskQueue({ store, peerId: "bob" });
 * const authorizer = createAuthorizer({ token: "s3cret" });
 *
 * await runTaskGroup(async (group) => {
 *   await serveTaskQueue(group, { network: bob, queue, authorizer });
 *   const target = { peerId: "bob" };
 *   const remote = createRemoteTaskQueue({ network: alice, target, token: "s3cret" });
 *   const { taskId } = await remote.submit({ type: "double", payload: { n: 21 } });
 *   assert.equal((await queue.get(taskId))?.type, "double");
 *   group.cancel();
 * });
 * ```
 */
export async function serveTaskQueue(group: TaskGroup, deps: ServeTaskQueueDeps): Promise<void> {
  const { network, queue, authorizer, tools, clock = systemClock, logger, onOperation } = deps;
  const { maxStreamsPerPeer, ...timeouts } = { ...DEFAULT_SERVE_LIMITS, ...deps.limits };
  const dispatcher = new Dispatcher({ queue, authorizer, tools, clock, logger, onOperation });
  const streamDeps = { dispatcher, clock, logger, ...timeouts };
  await network.handle(
    group,
    TASK_QUEUE_PROTOCOL,
    (stream, signal) => serveStream(stream, streamDeps, signal),
    { maxStreamsPerPeer },
  );
}
