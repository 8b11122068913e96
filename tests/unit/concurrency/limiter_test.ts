import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock, Limiter, runTaskGroup } from "../../../src/concurrency/mod.ts";

Deno.test("Limiter.run lets in as many as there are permits, in the order of arrival", async () => {
  const clock = new FakeClock();
  const limiter = new Limiter(2);
  const begun: string[] = [];
  const running = Promise.all(["a", "b", "c", "d", "e"].map((name) =>
    limiter.run(async () => {
      begun.push(name);
      await clock.sleep(10);
      return name;
    })
  ));
  await clock.advance(0);
  assert.deepEqual(begun, ["a", "b"]);
  assert.deepEqual(limiter.statistics(), { capacity: 2, inUse: 2, waiting: 3 });
  await clock.advance(10);
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
  await clock.advance(20);
  assert.deepEqual(await running, ["a", "b", "c", "d", "e"]);
  assert.deepEqual(limiter.statistics(), { capacity: 2, inUse: 0, waiting: 0 });
});

Deno.test("Limiter.run gives the permit back when the work fails", async () => {
  const limiter = new Limiter(1);
  await assert.rejects(limiter.run(() => Promise.reject(new Error("failure"))), /failure/);
  assert.equal(await limiter.run(() => 1), 1);
});

Deno.test("Limiter.acquire hands a permit that is given back to the next in line", async () => {
  const limiter = new Limiter(1);
  const first = await limiter.acquire();
  const waiting = limiter.acquire();
  first[Symbol.dispose]();
  assert.equal(limiter.tryAcquire(), undefined, "someone overtook the next in line");
  const second = await waiting;
  second[Symbol.dispose]();
  assert.notEqual(limiter.tryAcquire(), undefined);
});

Deno.test("Limiter takes a permit back once, however often it is disposed", async () => {
  const limiter = new Limiter(2);
  const permit = await limiter.acquire();
  await limiter.acquire();
  permit[Symbol.dispose]();
  permit[Symbol.dispose]();
  assert.equal(limiter.statistics().inUse, 1);
});

Deno.test("Limiter refuses callers beyond the maximum that may wait", async () => {
  const limiter = new Limiter(1, { maxWaiting: 1 });
  const permit = await limiter.acquire();
  const waiting = limiter.acquire();
  const refusal = { name: "LimiterFullError", code: "limiter_full", message: /maximum "1"/ };
  await assert.rejects(limiter.acquire(), refusal);
  await assert.rejects(limiter.run(() => assert.fail("ran")), refusal);
  permit[Symbol.dispose]();
  (await waiting)[Symbol.dispose]();
});

Deno.test("Limiter gives up the place of a caller that is cancelled", async () => {
  const limiter = new Limiter(1, { maxWaiting: 2 });
  const permit = await limiter.acquire();
  const controller = new AbortController();
  const reason = new Error("shutdown");
  const cancelled = assert.rejects(
    limiter.acquire({ signal: controller.signal }),
    (error) => error === reason,
  );
  const patient = limiter.acquire();
  controller.abort(reason);
  await cancelled;
  assert.equal(limiter.statistics().waiting, 1);
  permit[Symbol.dispose]();
  (await patient)[Symbol.dispose]();
  assert.equal(limiter.statistics().inUse, 0);
});

Deno.test("Limiter refuses a caller whose signal has aborted, even if a permit is free", async () => {
  const limiter = new Limiter(1);
  const signal = AbortSignal.abort(new Error("shutdown"));
  await assert.rejects(limiter.acquire({ signal }), /shutdown/);
  assert.equal(limiter.statistics().inUse, 0);
});

Deno.test("Limiter.run does not begin if the signal aborts as the turn comes, nor keep the permit", async () => {
  const limiter = new Limiter(1);
  const permit = await limiter.acquire();
  const controller = new AbortController();
  const running = limiter.run(() => assert.fail("ran"), { signal: controller.signal });
  permit[Symbol.dispose]();
  controller.abort(new Error("shutdown"));
  await assert.rejects(running, /shutdown/);
  assert.deepEqual(limiter.statistics(), { capacity: 1, inUse: 0, waiting: 0 });
});

Deno.test("Limiter never exceeds its capacity and loses no permit, under random cancellation", async () => {
  const caller = fc.record({
    arrivesMs: fc.integer({ min: 0, max: 20 }),
    worksMs: fc.integer({ min: 0, max: 20 }),
    givesUpMs: fc.option(fc.integer({ min: 0, max: 40 })),
  });
  const capacity = fc.integer({ min: 1, max: 3 });
  await fc.assert(
    fc.asyncProperty(capacity, fc.array(caller, { maxLength: 12 }), async (capacity, callers) => {
      const clock = new FakeClock();
      const limiter = new Limiter(capacity);
      let inside = 0;
      let most = 0;
      const running = runTaskGroup((group) => {
        for (const { arrivesMs, worksMs, givesUpMs } of callers) {
          group.spawn("caller", async () => {
            const controller = new AbortController();
            const { signal } = controller;
            using _timer = clock.setTimer(givesUpMs ?? Infinity, () => controller.abort());
            await clock.sleep(arrivesMs);
            await Promise.allSettled([limiter.run(async () => {
              most = Math.max(most, ++inside);
              await clock.sleep(worksMs, { signal }).finally(() => inside--);
            }, { signal })]);
          });
        }
      });
      await clock.advance(20 + 20 * callers.length);
      await running;
      assert.ok(most <= capacity);
      assert.deepEqual(limiter.statistics(), { capacity, inUse: 0, waiting: 0 });
    }),
    { numRuns: 50 },
  );
});

for (const [capacity, maxWaiting] of [[0, 1], [1.5, 1], [NaN, 1], [1, -1], [1, 0.5], [1, NaN]]) {
  Deno.test(`Limiter refuses capacity ${capacity} with maxWaiting ${maxWaiting}`, () => {
    assert.throws(() => new Limiter(capacity ?? 1, { maxWaiting }), RangeError);
  });
}
