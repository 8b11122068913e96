import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { RateLimiter } from "../../../src/http/rate_limiter.ts";

Deno.test("RateLimiter lets a burst through, and then as much as time brings", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter({ perSecond: 2, burst: 3 }, clock);
  assert.deepEqual([1, 2, 3].map(() => limiter.take("a")), [0, 0, 0]);
  assert.equal(limiter.take("a"), 500);
  assert.equal(limiter.peek("a"), 500);
  await clock.advance(499);
  assert.equal(limiter.take("a"), 1);
  await clock.advance(1);
  assert.equal(limiter.peek("a"), 0);
  assert.equal(limiter.take("a"), 0);
  assert.ok(limiter.take("a") > 0);
});

Deno.test("RateLimiter saves no more than a burst", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter({ perSecond: 10 }, clock);
  limiter.take("a");
  await clock.advance(3_600_000);
  const taken = Array.from({ length: 30 }, () => limiter.take("a")).filter((wait) => wait === 0);
  assert.equal(taken.length, 20);
});

Deno.test("RateLimiter keeps clients apart", () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, new FakeClock());
  assert.equal(limiter.take("a"), 0);
  assert.equal(limiter.take("b"), 0);
  assert.ok(limiter.take("a") > 0);
  assert.equal(limiter.peek("c"), 0);
  assert.equal(limiter.size, 2);
});

Deno.test("RateLimiter forgets the client that it has not heard of for longest", () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1, maxClients: 2 }, new FakeClock());
  for (const key of ["a", "b", "a", "c"]) limiter.take(key);
  assert.equal(limiter.size, 2);
  assert.ok(limiter.take("a") > 0, "heard of lately");
  assert.equal(limiter.take("b"), 0, "forgotten");
});

Deno.test("RateLimiter refuses limits that let nothing through", () => {
  for (const limit of [{ perSecond: 0 }, { perSecond: NaN }, { perSecond: 1, maxClients: 0 }]) {
    assert.throws(() => new RateLimiter(limit, new FakeClock()), RangeError);
  }
});

Deno.test("RateLimiter never lets more through than burst and time allow", async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(steps, async (pauses) => {
      const clock = new FakeClock();
      const limiter = new RateLimiter({ perSecond: 3, burst: 4 }, clock);
      let taken = 0;
      for (const pauseMs of pauses) {
        await clock.advance(pauseMs);
        if (limiter.take("a") === 0) taken++;
      }
      assert.ok(taken <= 4 + clock.monotonicMs() / 1000 * 3 + 1e-6);
    }),
    { numRuns: 50 },
  );
});
