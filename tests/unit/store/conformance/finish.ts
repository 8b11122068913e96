import assert from "node:assert/strict";
import { LeaseLostError } from "../../../../src/task/mod.ts";
import { claimOne, COMPLETED, failed, insert, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** finish. */
export function testFinish(test: Test): void {
  test("finish completes a task with its result", async (store) => {
    const lease = await claimOne(store);
    const task = await store.finish({ ...lease, nowMs: 9, outcome: COMPLETED });
    assert.equal(task.status, "completed");
    assert.deepEqual(task.result, { answer: 42 });
    assert.equal(task.lease, null);
    assert.equal(task.error, null);
    assert.equal(task.updatedAtMs, 9);
    assert.deepEqual(await store.get(lease.taskId), task);
  });

  test("finish queues a failed task again, after its backoff", async (store) => {
    const lease = await claimOne(store);
    const task = await store.finish({ ...lease, nowMs: 10, outcome: failed() });
    assert.equal(task.status, "queued");
    assert.equal(task.error, null);
    assert.equal(task.notBeforeMs, 110);
    assert.deepEqual(task.failures, [
      { attempt: 1, atMs: 10, worker: "w1", code: "executor_failed", message: "no luck" },
    ]);
    assert.deepEqual(await store.claim(newClaim({ nowMs: 109 })), []);
    assert.equal((await store.claim(newClaim({ nowMs: 110 })))[0]?.attempt, 2);
  });

  test("finish fails a task for good with its last attempt", async (store) => {
    const lease = await claimOne(store, { maxAttempts: 1 });
    const outcome = failed({ result: { output: "…" } });
    const task = await store.finish({ ...lease, nowMs: 10, outcome });
    assert.equal(task.status, "failed");
    assert.deepEqual(task.error, { code: "executor_failed", message: "no luck" });
    assert.deepEqual(task.result, { output: "…" });
    assert.equal(task.failures.length, 1);
  });

  test("finish fails a task for good when trying again is no use", async (store) => {
    const lease = await claimOne(store);
    const outcome = failed({ retryable: false });
    assert.equal((await store.finish({ ...lease, nowMs: 1, outcome })).status, "failed");
  });

  test("finish keeps an error's text whole", async (store) => {
    const lease = await claimOne(store, { maxAttempts: 1 });
    const outcome = failed({ error: { code: "x", message: "a\u0000b" } });
    const task = await store.finish({ ...lease, nowMs: 1, outcome });
    assert.equal(task.error?.message, "a\ufffdb");
    assert.deepEqual(await store.get(lease.taskId), task);
  });

  const outcomes = {
    completed: COMPLETED,
    "failed for good": failed({ retryable: false }),
    "queued again": failed(),
  };
  for (const [title, outcome] of Object.entries(outcomes)) {
    test(`finish may be repeated when the task was ${title}`, async (store) => {
      const lease = await claimOne(store);
      const task = await store.finish({ ...lease, nowMs: 1, outcome });
      assert.deepEqual(await store.finish({ ...lease, nowMs: 2, outcome }), task);
    });
  }

  test("finish does not change an outcome", async (store) => {
    const lease = await claimOne(store);
    const task = await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    await assert.rejects(store.finish({ ...lease, nowMs: 2, outcome: failed() }), LeaseLostError);
    const renewal = store.renew({ ...lease, nowMs: 2, leaseMs: 1, progress: { late: true } });
    await assert.rejects(renewal, LeaseLostError);
    assert.deepEqual(await store.get(lease.taskId), task);
  });

  test("finish keeps the newest failures only", async (store) => {
    await insert(store, { maxAttempts: 60 });
    const outcome = failed({ backoffMs: 0 });
    for (let attempt = 1; attempt <= 60; attempt++) {
      const [task] = await store.claim(newClaim({ nowMs: attempt }));
      assert.ok(task?.lease);
      const { id: taskId, lease: { token } } = task;
      await store.finish({ taskId, token, nowMs: attempt, outcome });
    }
    const [task] = await store.list({ limit: 1 });
    assert.equal(task?.failures.length, 50);
    assert.equal(task.failures.at(-1)?.attempt, 60);
  });
}
