import assert from "node:assert/strict";
import { systemClock } from "../../../src/concurrency/mod.ts";

Deno.test("systemClock tells the time", () => {
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
  const beforeMs = systemClock.monotonicMs();
  assert.ok(systemClock.monotonicMs() >= beforeMs);
});

Deno.test("systemClock.sleep waits, and leaves no timer", async () => {
  await systemClock.sleep(1);
});

Deno.test("systemClock.sleep rejects with the reason when its signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const sleeping = systemClock.sleep(60_000, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(sleeping, (error) => error === reason);
  await assert.rejects(systemClock.sleep(0, { signal: controller.signal }), /enough/);
});

Deno.test("systemClock.setTimer does not call after its timer is disposed", async () => {
  const timer = systemClock.setTimer(0, () => assert.fail("rang"));
  timer[Symbol.dispose]();
  await systemClock.sleep(1);
});

for (const ms of [2 ** 31, Infinity]) {
  Deno.test(`systemClock.setTimer does not ring early for ${ms} ms`, async () => {
    // The platform's own timer overflows here and would ring at once.
    using _timer = systemClock.setTimer(ms, () => assert.fail("rang"));
    await systemClock.sleep(2);
  });
}

Deno.test("systemClock.setTimer refuses what is not a duration", async () => {
  assert.throws(() => systemClock.setTimer(-1, () => {}), RangeError);
  await assert.rejects(systemClock.sleep(NaN), RangeError);
});
