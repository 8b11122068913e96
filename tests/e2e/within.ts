import assert from "node:assert/strict";
import { abortable, moveOnAfter } from "../../src/concurrency/mod.ts";

/** Much longer than anything here takes, and shorter than anybody's patience. */
const LIMIT_MS = 15_000;

/** Wait for something, but not for ever: a test that waits in vain fails instead of hanging. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const waited = await moveOnAfter(LIMIT_MS, (signal) => abortable(promise, signal));
  assert.ok(!waited.timedOut, `Waited in vain for ${what}`);
  return waited.value;
}
