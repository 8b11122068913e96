import assert from "node:assert/strict";
import { type Clock, DelayQueue, FakeClock } from "../../../src/concurrency/mod.ts";

function createQueue(delayMs: number) {
  const clock = new FakeClock();
  const called: string[] = [];
  const queue = new DelayQueue(delayMs, clock);
  const add = (name: string) => queue.add(() => called.push(`${name} at ${clock.monotonicMs()}`));
  return { clock, called, add };
}

Deno.test("DelayQueue calls each function at its own time, with one timer", async () => {
  const { clock, called, add } = createQueue(100);
  add("a");
  await clock.advance(30);
  add("b");
  add("c");
  assert.equal(clock.pendingTimers, 1);
  await clock.advance(69);
  assert.deepEqual(called, []);
  await clock.advance(1_000);
  assert.deepEqual(called, ["a at 100", "b at 130", "c at 130"]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("DelayQueue does not call what was taken back, and leaves no timer behind", async () => {
  const { clock, called, add } = createQueue(100);
  const takeBackA = add("a");
  const takeBackB = add("b");
  await clock.advance(0);
  takeBackA();
  assert.equal(clock.pendingTimers, 1);
  takeBackB();
  assert.equal(clock.pendingTimers, 0);
  takeBackB();
  add("c");
  await clock.advance(100);
  assert.deepEqual(called, ["c at 100"]);
});

Deno.test("DelayQueue keeps to the time of those that stay when the first is taken back", async () => {
  const { clock, called, add } = createQueue(100);
  const takeBack = add("a");
  await clock.advance(60);
  add("b");
  takeBack();
  await clock.advance(500);
  assert.deepEqual(called, ["b at 160"]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("DelayQueue can be added to by what it calls", async () => {
  const clock = new FakeClock();
  const queue = new DelayQueue(10, clock);
  let calls = 0;
  const again = (): void => {
    calls++;
    if (calls < 3) queue.add(again);
  };
  queue.add(again);
  await clock.advance(100);
  assert.equal(calls, 3);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("DelayQueue lets its timer linger where it is told to, but not for long", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const called: number[] = [];
  const queue = new DelayQueue(30_000, clock, { lingersUntil: controller.signal });
  const add = () => queue.add(() => called.push(clock.monotonicMs()));
  const takeBackFirst = add();
  await clock.advance(0);
  takeBackFirst();
  assert.equal(clock.pendingTimers, 1);
  await clock.advance(500);
  add();
  await clock.advance(29_999);
  assert.deepEqual(called, []);
  assert.equal(clock.pendingTimers, 1);
  await clock.advance(1);
  assert.deepEqual(called, [30_500]);
  assert.equal(clock.pendingTimers, 0);

  const takeBack = add();
  await clock.advance(0);
  controller.abort();
  assert.equal(clock.pendingTimers, 1);
  takeBack();
  assert.equal(clock.pendingTimers, 0);
  add()();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("DelayQueue takes a timer that lingers back when it is told to", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const queue = new DelayQueue(30_000, clock, { lingersUntil: controller.signal });
  const takeBack = queue.add(() => {});
  await clock.advance(0);
  takeBack();
  controller.abort();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("DelayQueue sets no timer for what is taken back before anything else could happen", async () => {
  let timers = 0;
  const fake = new FakeClock();
  const clock: Clock = {
    now: () => fake.now(),
    monotonicMs: () => fake.monotonicMs(),
    sleep: (ms, options) => fake.sleep(ms, options),
    setTimer: (ms, fn) => {
      timers++;
      return fake.setTimer(ms, fn);
    },
  };
  const queue = new DelayQueue(100, clock);
  for (let round = 0; round < 10; round++) {
    const takeBack = queue.add(() => {});
    await Promise.resolve();
    takeBack();
  }
  await fake.advance(0);
  assert.equal(timers, 0);
  const called: number[] = [];
  queue.add(() => called.push(fake.monotonicMs()));
  await fake.advance(100);
  assert.deepEqual([timers, called], [1, [100]]);
});

Deno.test("DelayQueue without an end never sets a timer", () => {
  const clock = new FakeClock();
  new DelayQueue(Infinity, clock).add(() => {});
  assert.equal(clock.pendingTimers, 0);
});
