import type { Config } from "../config/mod.ts";
import type { WorkerNodeReady } from "./worker_node_ready.ts";
import { createService, type Service } from "./service.ts";

/** How a worker finds its work. */
export interface WorkerNodeOptions {
  /** Address of the node to take tasks from. @default {undefined} the one announced on this machine */
  readonly peer?: string | undefined;
  /** Begins an orderly stop. */
  readonly signal?: AbortSignal | undefined;
}

/** A worker in a process of its own, for the queue of another node. */
export type WorkerNode = Service<WorkerNodeReady>;

/**
 * Create a worker for another node's queue. Nothing happens until it is run.
 *
 * @param config The configuration.
 * @param options Whose tasks, and the signal that stops it.
 * @returns The worker.
 */
export function createWorkerNode(config: Config, options: WorkerNodeOptions = {}): WorkerNode {
  return createService(async ({ stopping, onReady }) => {
    const { runWorkerNode } = await import("./run_worker_node.ts");
    await runWorkerNode(config, { peer: options.peer, stopping, onReady });
  }, options);
}
