import assert from "node:assert/strict";
import { LeaseLostError } from "../../../../src/task/mod.ts";
import { backoffMs, claimIds, claimOne, insert, LEASE_MS, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** expire. */
export function testExpiry(test: Test): void {
  test("expire queues a task with a lost lease again, after a backoff", async (store) => {
    const { taskId } = await claimOne(store);
    assert.deepEqual(await store.expire({ nowMs: LEASE_MS - 1, limit: 10, backoffMs }), []);
    const [task] = await store.expire({ nowMs: LEASE_MS, limit: 10, backoffMs });
    assert.equal(task?.id, taskId);
    assert.equal(task.status, "queued");
    assert.equal(task.notBeforeMs, LEASE_MS + 100);
    assert.equal(task.failures[0]?.code, "lease_expired");
    assert.deepEqual(await store.expire({ nowMs: LEASE_MS, limit: 10, backoffMs }), []);
  });

  test("expire fails a task that lost its last lease", async (store) => {
    await claimOne(store, { maxAttempts: 1 });
    const [task] = await store.expire({ nowMs: LEASE_MS, limit: 10, backoffMs });
    assert.equal(task?.status, "failed");
    assert.equal(task.error?.code, "lease_expired");
    assert.match(task.error.message, /attempt 1 of 1, worker "w1"/);
  });

  test("expire fails queued and running tasks at their deadline", async (store) => {
    const lease = await claimOne(store, { deadlineAtMs: 100 });
    await insert(store, { deadlineAtMs: 100, notBeforeMs: 500 });
    await insert(store, { deadlineAtMs: 101 });
    const expired = await store.expire({ nowMs: 100, limit: 10, backoffMs });
    assert.deepEqual(expired.map(({ status }) => status), ["failed", "failed"]);
    assert.deepEqual(expired.map(({ error }) => error?.code), Array(2).fill("deadline_exceeded"));
    assert.deepEqual(expired.map(({ failures }) => failures.length), [1, 0]);
    const renewal = store.renew({ ...lease, nowMs: 100, leaseMs: 1 });
    await assert.rejects(renewal, LeaseLostError);
  });

  test("expire deals with no more than its limit at once", async (store) => {
    for (let count = 0; count < 3; count++) await insert(store);
    await store.claim(newClaim());
    assert.equal((await store.expire({ nowMs: LEASE_MS, limit: 2, backoffMs })).length, 2);
    assert.equal((await store.expire({ nowMs: LEASE_MS, limit: 2, backoffMs })).length, 1);
  });

  test("expire keeps the history of all attempts of a task that it fails", async (store) => {
    const taskId = await insert(store, { maxAttempts: 3 });
    const sweep = { limit: 10, backoffMs: () => 0 };
    for (const attempt of [1, 2, 3]) {
      const nowMs = attempt * LEASE_MS;
      await store.claim(newClaim({ nowMs, worker: `w${attempt}` }));
      await store.expire({ ...sweep, nowMs: nowMs + LEASE_MS });
    }
    const task = await store.get(taskId);
    assert.equal(task?.status, "failed");
    const history = task.failures.map(({ attempt, worker, code }) => [attempt, worker, code]);
    assert.deepEqual(history, [1, 2, 3].map((n) => [n, `w${n}`, "lease_expired"]));
    assert.deepEqual(await claimIds(store, { nowMs: 1_000_000 }), []);
  });
}
