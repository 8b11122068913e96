/**
 * Waits until a signal aborts: the body of a service that only has to stay until it is stopped.
 *
 * @param signal The signal.
 * @returns A promise that resolves when the signal aborts, at once if it has. It never rejects.
 *
 * @example Stay until stopped
 * ```ts
 * import { runTaskGroup, waitForAbort } from "./mod.ts";
 *
 * await runTaskGroup(async (group) => {
 *   await group.start("listener", async (started, signal) => {
 *     started(undefined);
 *     await waitForAbort(signal);
 *   });
 *   group.cancel();
 * });
 * ```
 */
export function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
