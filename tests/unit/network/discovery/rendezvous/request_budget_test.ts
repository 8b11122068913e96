import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { RequestBudget } from "../../../../../src/network/discovery/rendezvous/request_budget.ts";

Deno.test("RequestBudget gives each peer its share of the minute", async () => {
  const clock = new FakeClock();
  const budget = new RequestBudget(clock, 2);
  const takeThree = (peerId: string) => [1, 2, 3].map(() => budget.tryTake(peerId));
  assert.deepEqual(takeThree("alice"), [true, true, false]);
  assert.deepEqual(takeThree("bob"), [true, true, false]);
  await clock.advance(59_999);
  assert.equal(budget.tryTake("alice"), false);
  await clock.advance(1);
  assert.deepEqual(takeThree("alice"), [true, true, false]);
});

Deno.test("RequestBudget remembers a limited number of peers, the latest", () => {
  const budget = new RequestBudget(new FakeClock(), 1);
  for (let peer = 0; peer < 4097; peer++) assert.ok(budget.tryTake(`peer ${peer}`));
  assert.equal(budget.tryTake("peer 4096"), false);
  assert.equal(budget.tryTake("peer 1"), false);
  assert.equal(budget.tryTake("peer 0"), true, "the first one is forgotten");
});
