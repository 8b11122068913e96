import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import type { TaskQueue } from "../../../src/taskqueue/mod.ts";
import { openBenchNode } from "../bench_node.ts";

/** What is called on a queue. */
export type BridgedQueue = Pick<TaskQueue, "submit" | "get" | "claim" | "wait" | "finish">;

/** The two queues that the calls go to. */
export interface BridgedQueues {
  /** The node's own. */
  readonly local: BridgedQueue;
  /** Another node's. */
  readonly remote: BridgedQueue;
}

/** Where the queues come from. */
export interface BridgedNodeOptions {
  readonly token: string;
  /** The other node. */
  readonly multiaddr: string;
}

/**
 * Open a node: its network, its own queue, which it serves, and another node's queue.
 *
 * @param group Its services run as children.
 * @param options The other node.
 */
export async function openQueues(
  group: TaskGroup,
  options: BridgedNodeOptions & { readonly resources: AsyncDisposableStack },
): Promise<BridgedQueues> {
  const { token, multiaddr, resources } = options;
  const node = resources.use(await openBenchNode(group, { token }));
  return { local: node.queue, remote: node.client.queueOf({ multiaddr }) };
}
