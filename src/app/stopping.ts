import { moveOnAfter, waitForAbort } from "../concurrency/mod.ts";
import type { Worker } from "../worker/mod.ts";

/**
 * Wait until a service is to stop.
 *
 * @param stopping Aborted when an orderly stop is wanted.
 * @param signal The signal of the service's group.
 * @param pointless Resolves when there is no sense in going on. @default never
 * @throws The reason of `signal`, if a part of the service failed first.
 */
export async function waitForStop(
  stopping: AbortSignal,
  signal: AbortSignal,
  pointless: Promise<void> = new Promise(() => {}),
): Promise<void> {
  await Promise.race([waitForAbort(stopping), waitForAbort(signal), pointless]);
  signal.throwIfAborted();
}

/**
 * Let running tasks end, and claim no more.
 *
 * @param worker The worker, if there is one.
 * @param graceMs No longer than this; what still runs then is for its group to interrupt.
 */
export async function drainWorker(worker: Worker | undefined, graceMs: number): Promise<void> {
  if (worker === undefined) return;
  await moveOnAfter(graceMs, (signal) => Promise.race([worker.drain(), waitForAbort(signal)]));
}
