import { z } from "zod";
import { askAtEdge, type TaskQueue } from "../../taskqueue/mod.ts";
import type { QueueDirectory, QueueTarget } from "../queue_directory.ts";

/** What a result says of a node that cannot do everything. */
export interface Fallbacks {
  /** Operations that the node does not know; whatever could be done instead was done. */
  readonly fallbacks?: readonly string[] | undefined;
}

/** Schema of {@linkcode Fallbacks.fallbacks}. */
export const fallbacks: z.ZodOptional<z.ZodArray<z.ZodString>> = z.array(z.string()).optional()
  .describe(
    "Operations that the node does not know; whatever could be done instead was done.",
  );

/**
 * Ask the queue of a node.
 *
 * @param queues Finds the queue.
 * @param target Which node.
 * @param ask Asks the queue.
 * @returns The answer, and what the node turned out not to know.
 * @throws {PeerRefusedError} If the node refused.
 */
export async function askQueue<T extends object>(
  queues: QueueDirectory,
  target: QueueTarget,
  ask: (queue: TaskQueue) => Promise<T>,
): Promise<T & Fallbacks> {
  const queue = queues.queueOf(target);
  const answer = await askAtEdge(() => ask(queue));
  const { missingOps } = queue;
  return missingOps.size === 0 ? answer : { ...answer, fallbacks: [...missingOps].sort() };
}
