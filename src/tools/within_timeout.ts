import { moveOnAfter } from "../concurrency/mod.ts";
import { askAtEdge, PeerTimeoutError } from "../taskqueue/mod.ts";
import type { QueueTarget } from "./queue_directory.ts";

/** How a node is asked. */
export interface AskOptions {
  /** What is asked, for the error, as in `ask for status`. */
  readonly op: string;
  /** The node, for the error. */
  readonly target: QueueTarget;
  /** Longest wait for the answer; milliseconds. */
  readonly timeoutMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Ask a node, for so long and no longer.
 *
 * @param ask Asks it; told by its signal when the time is up.
 * @param options How long.
 * @returns The answer.
 * @throws {PeerTimeoutError} If there is none in time.
 * @throws {PeerRefusedError} If the node refused.
 */
export async function withinTimeout<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  options: AskOptions,
): Promise<T> {
  const { op, target, timeoutMs, signal } = options;
  const asked = await moveOnAfter(timeoutMs, (limited) => askAtEdge(() => ask(limited)), {
    signal,
  });
  if (!asked.timedOut) return asked.value;
  const peerId = target.peerId ?? target.multiaddr ?? "this node";
  throw new PeerTimeoutError(timeoutMs, { op, peerId });
}
