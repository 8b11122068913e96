import type { Clock } from "../../concurrency/mod.ts";
import { askAtEdge, type QueueStatus, type TaskQueue } from "../../taskqueue/mod.ts";
import type { Outcome } from "../checklist.ts";

/** A queue that takes longer to count its tasks has trouble. */
const SLOW_MS = 1_000;

/** Which queue is asked. */
export interface QueueOptions {
  readonly queue: TaskQueue;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * See whether a queue answers what only its store knows.
 *
 * @param options The queue.
 * @returns Its detailed status.
 */
export async function checkQueue(options: QueueOptions): Promise<Outcome<QueueStatus>> {
  const { queue, clock, signal } = options;
  const startMs = clock.monotonicMs();
  const status = await askAtEdge(() => queue.status({ detail: true, signal }));
  const durationMs = Math.round(clock.monotonicMs() - startMs);
  const { counts } = status;
  const details = { durationMs, ...(counts !== undefined && { counts: { ...counts } }) };
  const tasks = counts === undefined
    ? "it does not say how many tasks it has"
    : Object.entries(counts).map(([state, count]) => `${count} ${state}`).join(", ");
  const message = `It answers after ${durationMs} ms: ${tasks}`;
  if (durationMs < SLOW_MS) return { finding: { status: "ok", message, details }, value: status };
  return {
    finding: {
      status: "warning",
      code: "queue_slow",
      message,
      hint: "Look at that machine's load and disk",
      details,
    },
    value: status,
  };
}
