import assert from "node:assert/strict";
import { claimIds, COMPLETED, insert, LEASE_MS, leaseOf, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** claim: order, leases, times. */
export function testClaims(test: Test): void {
  test("claim takes the highest priority first, then the oldest", async (store) => {
    const low = await insert(store, { priority: 1, type: "a" });
    const older = await insert(store, { type: "b" });
    const newer = await insert(store, { type: "a" });
    const high = await insert(store, { priority: 10, type: "b" });
    assert.deepEqual(await claimIds(store, { types: ["a", "b", "b"] }), [high, older, newer, low]);
  });

  test("claim leases a task with a token of its attempt", async (store) => {
    await insert(store, { nowMs: 5 });
    const [task] = await store.claim(newClaim({ nowMs: 7 }));
    assert.equal(task?.status, "running");
    assert.equal(task.attempt, 1);
    assert.equal(task.updatedAtMs, 7);
    assert.equal(task.assignedWorker, "w1");
    assert.equal(task.lease?.worker, "w1");
    assert.equal(task.lease.untilMs, 7 + LEASE_MS);
    assert.match(task.lease.token, new RegExp(`^${task.id}:1:[0-9a-f]{16}$`));
    assert.equal(task.lease.isFenced, true);
    assert.deepEqual(await store.get(task.id), task);
  });

  test("claim gives a task to one of many claimers only", async (store) => {
    await insert(store);
    const claims = await Promise.all(Array.from({ length: 5 }, () => store.claim(newClaim())));
    assert.deepEqual(claims.map(({ length }) => length).sort(), [0, 0, 0, 0, 1]);
  });

  test("claim takes no more than its limit and only its types", async (store) => {
    for (let count = 0; count < 3; count++) await insert(store);
    assert.equal((await claimIds(store, { limit: 2 })).length, 2);
    assert.equal((await claimIds(store, { types: ["Text", "other"] })).length, 0);
    assert.equal((await claimIds(store, { types: [] })).length, 0);
    assert.equal((await claimIds(store, { limit: 0 })).length, 0);
  });

  test("claim leaves a task alone before its time, and takes it in turn after", async (store) => {
    const delayed = await insert(store, { notBeforeMs: 100, priority: 9 });
    const ready = await insert(store);
    assert.deepEqual(await claimIds(store, { nowMs: 99 }), [ready]);
    const later = await insert(store);
    assert.deepEqual(await claimIds(store, { nowMs: 100 }), [delayed, later]);
  });

  test("claim leaves a task alone after its deadline", async (store) => {
    await insert(store, { deadlineAtMs: 100 });
    assert.deepEqual(await store.claim(newClaim({ nowMs: 100 })), []);
  });

  test("claim goes by a task's deadline, not by the tasks before it", async (store) => {
    await insert(store, { deadlineAtMs: 100, priority: 10 });
    const later = await insert(store, { deadlineAtMs: 101 });
    const never = await insert(store, { priority: 1 });
    assert.deepEqual(await claimIds(store, { nowMs: 100, limit: 1 }), [later]);
    assert.deepEqual(await claimIds(store, { nowMs: 100, limit: 1 }), [never]);
  });

  test("claim leases without fencing when it is asked to, and get tells so", async (store) => {
    await insert(store);
    const [task] = await store.claim(newClaim({ isFenced: false }));
    assert.equal(task?.lease?.isFenced, false);
    const known = await store.get(task.id);
    assert.deepEqual(known, task);
    // Whoever reports for such a claimer finds the token here.
    const done = await store.finish({ ...leaseOf(known), nowMs: 1, outcome: COMPLETED });
    assert.equal(done.status, "completed");
  });

  test("claim gives the payload, large or small, of each task", async (store) => {
    const texts = ["", "small", "x".repeat(1_000), "y".repeat(1_100), "z".repeat(500_000)];
    for (const text of texts) await insert(store, { payload: { text } });
    const tasks = await store.claim(newClaim());
    assert.deepEqual(tasks.map(({ payload }) => payload["text"]), texts);
  });
}
