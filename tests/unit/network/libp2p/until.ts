import assert from "node:assert/strict";
import { systemClock } from "../../../../src/concurrency/mod.ts";

const DEADLINE_MS = 20_000;
const POLL_MS = 10;

type Nothing = undefined | false;

/**
 * Waits for what real nodes do on their own, and announce to nobody.
 *
 * @param find Looks for it.
 * @returns What was found.
 */
export async function until<T>(
  find: () => T | Nothing | Promise<T | Nothing>,
): Promise<Exclude<T, Nothing>> {
  const endMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found as Exclude<T, Nothing>;
    assert.ok(Date.now() < endMs, `Waited in vain until ${find}`);
    await systemClock.sleep(POLL_MS);
  }
}
