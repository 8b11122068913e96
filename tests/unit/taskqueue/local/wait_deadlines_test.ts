import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { type Expiring, WaitDeadlines } from "../../../../src/taskqueue/local/wait_deadlines.ts";

class Item implements Expiring {
  place = -1;
  readonly dueMs: number;
  readonly #ended: Item[];

  constructor(dueMs: number, ended: Item[]) {
    this.dueMs = dueMs;
    this.#ended = ended;
  }

  expire(): void {
    this.#ended.push(this);
  }
}

Deno.test("WaitDeadlines has one timer for all, and none while nobody waits", async () => {
  const clock = new FakeClock(0);
  const deadlines = new WaitDeadlines(clock);
  const ended: Item[] = [];
  const items = [30, 10, 20, 20].map((dueMs) => new Item(dueMs, ended));
  for (const item of items) deadlines.add(item);
  assert.equal(clock.pendingTimers, 1);
  await clock.advance(10);
  assert.deepEqual(ended.map(({ dueMs }) => dueMs), [10]);
  await clock.advance(10);
  assert.deepEqual(ended.map(({ dueMs }) => dueMs), [10, 20, 20]);
  for (const item of items) deadlines.delete(item);
  assert.equal(clock.pendingTimers, 0);
  await clock.advance(100);
  assert.equal(ended.length, 3);
});

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add"), value: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ kind: fc.constant("delete"), value: fc.nat() }),
    fc.record({ kind: fc.constant("advance"), value: fc.integer({ min: 0, max: 20 }) }),
  ),
  { maxLength: 200 },
);

Deno.test("WaitDeadlines ends each item at its time and no other, whatever is taken out", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const clock = new FakeClock(0);
      const deadlines = new WaitDeadlines(clock);
      const ended: Item[] = [];
      let waiting: Item[] = [];
      for (const { kind, value } of all) {
        if (kind === "add") {
          const item = new Item(clock.monotonicMs() + value, ended);
          waiting.push(item);
          deadlines.add(item);
        } else if (kind === "delete" && waiting.length > 0) {
          const [item] = waiting.splice(value % waiting.length, 1);
          if (item !== undefined) deadlines.delete(item);
        } else if (kind === "advance") {
          const before = ended.length;
          await clock.advance(value);
          const due = waiting.filter(({ dueMs }) => dueMs <= clock.monotonicMs());
          waiting = waiting.filter((item) => !due.includes(item));
          const times = (items: readonly Item[]) => items.map(({ dueMs }) => dueMs);
          assert.deepEqual(times(ended.slice(before)), times(due).sort((a, b) => a - b));
        }
      }
      for (const item of waiting) deadlines.delete(item);
      assert.equal(clock.pendingTimers, 0);
    }),
    { numRuns: 100 },
  );
});
