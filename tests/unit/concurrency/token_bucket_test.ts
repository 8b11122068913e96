import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock, TokenBucket } from "../../../src/concurrency/mod.ts";

function createBucket(): { readonly bucket: TokenBucket; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, bucket: new TokenBucket({ burst: 10, perSecond: 2, clock }) };
}

Deno.test("TokenBucket gives its burst, and then what time brings", async () => {
  const { bucket, clock } = createBucket();
  for (let count = 0; count < 10; count++) assert.equal(bucket.trySpend(), true);
  assert.equal(bucket.trySpend(), false);
  await clock.advance(499);
  assert.equal(bucket.trySpend(), false);
  await clock.advance(1);
  assert.equal(bucket.trySpend(), true);
  assert.equal(bucket.trySpend(), false);
});

Deno.test("TokenBucket saves no more than its burst", async () => {
  const { bucket, clock } = createBucket();
  bucket.trySpend();
  await clock.advance(1_000_000);
  assert.equal(bucket.trySpend(10), true);
  assert.equal(bucket.trySpend(), false);
});

Deno.test("TokenBucket tells how long credit takes to be paid for", async () => {
  const { bucket, clock } = createBucket();
  assert.equal(bucket.spend(10), 0);
  assert.equal(bucket.spend(), 500);
  assert.equal(bucket.spend(), 1_000);
  await clock.advance(1_500);
  assert.equal(bucket.spend(), 0);
});

Deno.test("TokenBucket tells how long to wait for tokens, and takes none", async () => {
  const { bucket, clock } = createBucket();
  assert.equal(bucket.waitMs(10), 0);
  assert.equal(bucket.spend(10), 0);
  assert.equal(bucket.waitMs(), 500);
  assert.equal(bucket.waitMs(2), 1_000);
  await clock.advance(250);
  assert.equal(bucket.waitMs(), 250);
  await clock.advance(250);
  assert.equal(bucket.waitMs(), 0);
  assert.equal(bucket.trySpend(), true);
});

Deno.test("TokenBucket is full at first, and again after a while", async () => {
  const { bucket, clock } = createBucket();
  assert.equal(bucket.isFull, true);
  bucket.spend();
  assert.equal(bucket.isFull, false);
  await clock.advance(500);
  assert.equal(bucket.isFull, true);
});

Deno.test("TokenBucket refuses limits that let nothing through", () => {
  const clock = new FakeClock();
  for (const numbers of [{ burst: 0 }, { perSecond: 0 }, { perSecond: NaN }, { burst: -1 }]) {
    assert.throws(() => new TokenBucket({ burst: 1, perSecond: 1, clock, ...numbers }), RangeError);
  }
});

Deno.test("TokenBucket never gives more than burst and time allow", async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(steps, async (pauses) => {
      const clock = new FakeClock();
      const bucket = new TokenBucket({ burst: 4, perSecond: 3, clock });
      let taken = 0;
      for (const pauseMs of pauses) {
        await clock.advance(pauseMs);
        if (bucket.trySpend()) taken++;
      }
      assert.ok(taken <= 4 + clock.monotonicMs() / 1000 * 3 + 1e-6);
    }),
    { numRuns: 50 },
  );
});
