import { moveOnAfter } from "../concurrency/mod.ts";
import type { JsonObject } from "../codec/mod.ts";
import { askAtEdge, PeerTimeoutError, toWireStatus } from "../taskqueue/mod.ts";
import type { QueueDirectory, QueueTarget } from "./queue_directory.ts";

/** How a node is asked. */
export interface AskStatusOptions {
  /** Whether to ask for counts of tasks too. */
  readonly detail: boolean;
  /** Longest wait for the answer. */
  readonly timeoutMs: number;
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
  const asked = await moveOnAfter(
    timeoutMs,
    (callSignal) => askAtEdge(() => queue.status({ detail, signal: callSignal })),
    { signal },
  );
  if (!asked.timedOut) return toWireStatus(asked.value);
  const peerId = queue.peerId || (target.multiaddr ?? "");
  throw new PeerTimeoutError(timeoutMs, { op: "ask for status", peerId });
}
