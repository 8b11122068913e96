import { type Clock, exponentialBackoffMs, isCancellation } from "../../concurrency/mod.ts";
import { systemClock } from "../../concurrency/mod.ts";
import { AppError } from "../../error/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { LocalTaskQueue } from "./local_task_queue.ts";

/** Options of {@linkcode runSweeper}. */
export interface SweeperOptions {
  /** Whose time it is. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** Told of sweeps that fail. @default {nobody} */
  readonly logger?: Logger | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Keep a queue in order: requeue or fail what is overdue, wake claimers when delayed tasks fall due,
 * delete final tasks that are old. Sleeps until there is something to do. A store that is busy or full
 * is tried again later.
 *
 * @param queue The queue.
 * @param options The signal that ends it; make it a child of a task group.
 * @returns A promise that resolves when the signal aborts.
 */
export async function runSweeper(queue: LocalTaskQueue, options: SweeperOptions): Promise<void> {
  const { clock = systemClock, logger, signal } = options;
  try {
    for (let failures = 0;;) {
      await queue.waitUntilDue({ signal });
      try {
        await queue.sweep();
        failures = 0;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failures++;
        logger?.warn("Queue sweep failed", { error, failures });
        await clock.sleep(exponentialBackoffMs(failures, { maxDelayMs: 30_000 }), { signal });
      }
    }
  } catch (error) {
    if (!isCancellation(error, signal)) throw error;
  }
}
