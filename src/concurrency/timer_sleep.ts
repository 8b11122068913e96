import type { Clock } from "./clock.ts";

/**
 * `sleep` in terms of `setTimer`, the same for every clock. Whichever of timer and signal comes
 * first takes the other one away.
 *
 * @param clock Whose time passes.
 * @param ms How long to wait.
 * @param signal Ends the wait.
 * @returns A promise that resolves after `ms`, or rejects with the signal's reason.
 */
export async function timerSleep(
  clock: Pick<Clock, "setTimer">,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  using _timer = clock.setTimer(ms, resolve);
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await promise;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
