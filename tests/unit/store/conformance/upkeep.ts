import assert from "node:assert/strict";
import { claimOne, COMPLETED, failed, insert, newTask } from "./new_task.ts";
import type { Test } from "./test.ts";

/** nextDueMs, counts, prune, and the end. */
export function testUpkeep(test: Test): void {
  test("nextDueMs is the earliest of leases, deadlines and delays to come", async (store) => {
    assert.equal(await store.nextDueMs(0), null);
    await insert(store, { type: "later", notBeforeMs: 900 });
    assert.equal(await store.nextDueMs(0), 900);
    const deadline = await insert(store, { type: "later", deadlineAtMs: 800 });
    assert.equal(await store.nextDueMs(0), 800);
    const lease = await claimOne(store);
    await store.renew({ ...lease, nowMs: 0, leaseMs: 700 });
    assert.equal(await store.nextDueMs(0), 700);
    await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    await store.cancel({ taskId: deadline, nowMs: 1, reason: "" });
    assert.equal(await store.nextDueMs(0), 900);
    await store.expire({ nowMs: 900, limit: 1, backoffMs: () => 0 });
    assert.equal(await store.nextDueMs(900), null);
  });

  test("counts tells how many tasks are in each state", async (store) => {
    const zero = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
    assert.deepEqual(await store.counts(), zero);
    const lease = await claimOne(store);
    await insert(store);
    assert.deepEqual(await store.counts(), { ...zero, queued: 1, running: 1 });
    await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    assert.deepEqual(await store.counts(), { ...zero, queued: 1, completed: 1 });
    await store.prune({ beforeMs: 2, limit: 10 });
    assert.deepEqual(await store.counts(), { ...zero, queued: 1 });
  });

  test("prune deletes final tasks that have not changed since", async (store) => {
    const old = await insert(store, { idempotencyKey: "k" });
    await store.cancel({ taskId: old, nowMs: 10, reason: "" });
    const recent = await insert(store);
    await store.cancel({ taskId: recent, nowMs: 20, reason: "" });
    const queued = await insert(store);
    assert.equal(await store.prune({ beforeMs: 20, limit: 10 }), 1);
    assert.deepEqual((await store.list({ limit: 9 })).map(({ id }) => id), [recent, queued]);
    const again = await store.insert(newTask({ idempotencyKey: "k" }));
    assert.equal(again.created, true);
  });

  test("prune deletes no more than its limit at once", async (store) => {
    for (let count = 0; count < 3; count++) {
      await store.cancel({ taskId: await insert(store), nowMs: count, reason: "" });
    }
    assert.equal(await store.prune({ beforeMs: 9, limit: 2 }), 2);
    assert.equal(await store.prune({ beforeMs: 9, limit: 2 }), 1);
  });

  test("refuses everything once it is closed", async (store) => {
    await store[Symbol.asyncDispose]();
    const isClosed = (error: unknown) =>
      error instanceof Error && "code" in error && error.code === "store_closed";
    await assert.rejects(store.insert(newTask()), isClosed);
    await assert.rejects(store.get("x"), isClosed);
  });

  test("countsByType tells the same for each type, in order", async (store) => {
    const zero = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
    assert.deepEqual([...await store.countsByType(10)], []);
    const lease = await claimOne(store);
    const cancelled = await insert(store, { type: "b" });
    await insert(store, { type: "b", notBeforeMs: 100 });
    const gone = await insert(store, { type: "a" });
    await store.cancel({ taskId: cancelled, nowMs: 5, reason: "" });
    await store.cancel({ taskId: gone, nowMs: 1, reason: "" });
    await store.finish({ ...lease, nowMs: 5, outcome: failed({ retryable: false }) });
    await store.prune({ beforeMs: 5, limit: 10 });
    const expected = [
      ["b", { ...zero, queued: 1, cancelled: 1 }],
      ["text", { ...zero, failed: 1 }],
    ];
    assert.deepEqual([...await store.countsByType(10)], expected);
    assert.deepEqual([...await store.countsByType(1)], expected.slice(0, 1));
  });
}
