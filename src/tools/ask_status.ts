import type { JsonObject } from "../codec/mod.ts";
import { toWireStatus } from "../taskqueue/mod.ts";
import type { QueueDirectory, QueueTarget } from "./queue_directory.ts";
import { withinTimeout } from "./within_timeout.ts";

/** How a node is asked. */
export interface AskStatusOptions {
  /** Whether to ask for counts of tasks too. */
  readonly detail: boolean;
  /** Longest wait for the answer; milliseconds. */
  readonly timeoutMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Ask a node what it can do.
 *
 * @param queues Finds its queue.
 * @param target Which node.
 * @param options How much to ask, and how long to wait.
 * @returns Its status, as the task queue protocol has it.
 * @throws {PeerTimeoutError} If it does not answer in time.
 */
export async function askStatus(
  queues: QueueDirectory,
  target: QueueTarget,
  options: AskStatusOptions,
): Promise<JsonObject> {
  const { detail, timeoutMs, signal } = options;
  const queue = queues.queueOf(target);
  const status = await withinTimeout(
    (limited) => queue.status({ detail, signal: limited }),
    { op: "ask for status", target, timeoutMs, signal },
  );
  return toWireStatus(status);
}
