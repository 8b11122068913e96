import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";

Deno.test("FakeClock stands still until it is advanced", async () => {
  const clock = new FakeClock(1_000);
  assert.equal(clock.now(), 1_000);
  assert.equal(clock.monotonicMs(), 0);
  await clock.advance(250);
  assert.equal(clock.now(), 1_250);
  assert.equal(clock.monotonicMs(), 250);
});

Deno.test("FakeClock.advance runs timers in the order they are due, each at its time", async () => {
  const clock = new FakeClock();
  const rang: string[] = [];
  for (const [name, ms] of [["c", 30], ["a", 10], ["b", 20], ["also b", 20], ["d", 31]] as const) {
    clock.setTimer(ms, () => rang.push(`${name} at ${clock.monotonicMs()}`));
  }
  await clock.advance(30);
  assert.deepEqual(rang, ["a at 10", "b at 20", "also b at 20", "c at 30"]);
  assert.equal(clock.pendingTimers, 1);
});

Deno.test("FakeClock.advance lets code that a timer wakes run before the next timer", async () => {
  const clock = new FakeClock();
  const times: number[] = [];
  const ticking = (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10);
      for (let hop = 0; hop < 100; hop++) await Promise.resolve();
      times.push(clock.monotonicMs());
    }
  })();
  await clock.advance(30);
  assert.deepEqual(times, [10, 20, 30]);
  await ticking;
});

Deno.test("FakeClock.advance waits for code that is about to set a timer", async () => {
  const clock = new FakeClock();
  let awake = false;
  const sleeping = Promise.resolve().then(() => clock.sleep(10)).then(() => {
    awake = true;
  });
  await clock.advance(10);
  assert.equal(awake, true);
  await sleeping;
});

Deno.test("FakeClock.advance by 0 runs what is due now", async () => {
  const clock = new FakeClock();
  let rang = false;
  clock.setTimer(0, () => {
    rang = true;
  });
  assert.equal(rang, false);
  await clock.advance(0);
  assert.equal(rang, true);
});

Deno.test("FakeClock.setTimer does not call after its timer is disposed", async () => {
  const clock = new FakeClock();
  const timer = clock.setTimer(10, () => assert.fail("rang"));
  assert.equal(clock.pendingTimers, 1);
  timer[Symbol.dispose]();
  assert.equal(clock.pendingTimers, 0);
  await clock.advance(10);
});

Deno.test("FakeClock.sleep rejects with the reason when its signal aborts, and keeps no timer", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const reason = new Error("enough");
  const sleeping = clock.sleep(Infinity, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(sleeping, (error) => error === reason);
  await assert.rejects(clock.sleep(10, { signal: controller.signal }), (error) => error === reason);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("FakeClock refuses what is not a duration", async () => {
  const clock = new FakeClock();
  for (const ms of [-1, NaN]) {
    assert.throws(() => clock.setTimer(ms, () => {}), RangeError);
    await assert.rejects(clock.sleep(ms), RangeError);
    await assert.rejects(clock.advance(ms), RangeError);
  }
  await assert.rejects(clock.advance(Infinity), RangeError);
});
