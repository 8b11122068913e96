import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { RateLimit } from "../../../../src/network/conduct/rate_limit.ts";

function createLimit(maxKeys?: number): { readonly limit: RateLimit; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, limit: new RateLimit({ burst: 10, perSecond: 2, clock, maxKeys }) };
}

Deno.test("RateLimit lets each key use its burst, and then what it earns", async () => {
  const { limit, clock } = createLimit();
  for (let count = 0; count < 10; count++) assert.equal(limit.trySpend("a"), true);
  assert.equal(limit.trySpend("a"), false);
  assert.equal(limit.trySpend("b", 10), true);
  await clock.advance(500);
  assert.equal(limit.trySpend("a"), true);
  assert.equal(limit.trySpend("a"), false);
});

Deno.test("RateLimit earns no more than the burst", async () => {
  const { limit, clock } = createLimit();
  limit.trySpend("a");
  await clock.advance(1_000_000);
  assert.equal(limit.trySpend("a", 10), true);
  assert.equal(limit.trySpend("a"), false);
});

Deno.test("RateLimit tells how long credit takes to be paid for", async () => {
  const { limit, clock } = createLimit();
  assert.equal(limit.spend("a", 10), 0);
  assert.equal(limit.spend("a"), 500);
  assert.equal(limit.spend("a"), 1_000);
  await clock.advance(1_500);
  assert.equal(limit.spend("a"), 0);
});

Deno.test("RateLimit remembers a bounded number of keys, those that were used last", () => {
  const { limit } = createLimit(3);
  limit.trySpend("a", 10);
  for (const key of ["b", "c"]) limit.trySpend(key);
  assert.equal(limit.trySpend("a"), false);
  limit.trySpend("d");
  assert.equal(limit.size, 3);
  assert.equal(limit.trySpend("a"), false);
});
