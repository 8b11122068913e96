import assert from "node:assert/strict";
import { FakeClock, RateLimit } from "../../../src/concurrency/mod.ts";

function createLimit(maxKeys?: number): { readonly limit: RateLimit; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, limit: new RateLimit({ burst: 10, perSecond: 2, clock, maxKeys }) };
}

Deno.test("RateLimit keeps its keys apart", async () => {
  const { limit, clock } = createLimit();
  assert.equal(limit.trySpend("a", 10), true);
  assert.equal(limit.trySpend("a"), false);
  assert.equal(limit.trySpend("b", 10), true);
  assert.equal(limit.spend("b"), 500);
  assert.equal(limit.waitMs("a"), 500);
  assert.equal(limit.waitMs("b"), 1_000);
  await clock.advance(500);
  assert.equal(limit.trySpend("a"), true);
  assert.equal(limit.trySpend("b"), false);
});

Deno.test("RateLimit remembers a bounded number of keys, those that were used last", () => {
  const { limit } = createLimit(3);
  limit.trySpend("a", 10);
  for (const key of ["b", "c"]) limit.trySpend(key, 10);
  assert.equal(limit.trySpend("a"), false);
  limit.trySpend("d");
  assert.equal(limit.size, 3);
  assert.equal(limit.trySpend("a"), false);
  assert.equal(limit.trySpend("b"), true, "forgotten");
});

Deno.test("RateLimit does not remember whom it was only asked about", () => {
  const { limit } = createLimit();
  assert.equal(limit.waitMs("a", 10), 0);
  assert.equal(limit.size, 0);
});

Deno.test("RateLimit refuses limits that let nothing through", () => {
  const clock = new FakeClock();
  for (const numbers of [{ burst: 0 }, { perSecond: NaN }, { maxKeys: 0 }]) {
    assert.throws(() => new RateLimit({ burst: 1, perSecond: 1, clock, ...numbers }), RangeError);
  }
});
