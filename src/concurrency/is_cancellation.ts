/**
 * Whether an error is the echo of a signal rather than a failure of its own.
 *
 * It is, once the signal is aborted, if it is the signal's reason itself or an `AbortError`, which
 * is what platform functions make of a signal whose reason they do not pass on.
 *
 * @param error Whatever was caught.
 * @param signal The signal that the failed work was given.
 * @returns `true` if the work stopped because of the signal.
 *
 * @example Do not report an interruption as a failure
 * ```ts
 * import { isCancellation } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const controller = new AbortController();
 * assert.equal(isCancellation(new DOMException("", "AbortError"), controller.signal), false);
 * controller.abort();
 * assert.equal(isCancellation(controller.signal.reason, controller.signal), true);
 * assert.equal(isCancellation(new Error("disk full"), controller.signal), false);
 * ```
 */
export function isCancellation(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}
