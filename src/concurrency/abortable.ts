/**
 * Stops waiting for a promise when a signal aborts. The work behind the promise goes on and its
 * outcome is ignored, so this is for promises that know no signal; work that does gets it directly.
 *
 * @param promise What to wait for.
 * @param signal Ends the wait. Its listener is removed when the promise settles.
 * @returns What the promise resolves to.
 * @throws {unknown} The signal's reason if it aborts first, or the promise's own error.
 *
 * @example Give up on a promise that takes no signal
 * ```ts
 * import { abortable } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const never = Promise.withResolvers<void>().promise;
 * await assert.rejects(abortable(never, AbortSignal.abort(new Error("enough"))), /enough/);
 * assert.equal(await abortable(Promise.resolve(1), new AbortController().signal), 1);
 * ```
 */
export async function abortable<T>(
  promise: Promise<T>,
  signal?: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    // The race also handles a later rejection of the loser, which would else end the program.
    return await Promise.race([aborted.promise, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
