import assert from "node:assert/strict";
import {
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "../../../../src/task/mod.ts";
import { claimIds, claimOne, COMPLETED, failed, insert, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** retry. */
export function testRetry(test: Test): void {
  test("retry queues a failed task again, with all attempts and its history", async (store) => {
    const lease = await claimOne(store, { maxAttempts: 1, deadlineAtMs: 50 });
    await store.renew({ ...lease, nowMs: 1, leaseMs: 99, progress: { step: 1 } });
    const outcome = failed({ result: { output: "…" } });
    const dead = await store.finish({ ...lease, nowMs: 10, outcome });
    const task = await store.retry({ taskId: lease.taskId, nowMs: 60, deadlineAtMs: 90 });
    assert.deepEqual({ ...task }, {
      ...dead,
      status: "queued",
      attempt: 0,
      updatedAtMs: 60,
      notBeforeMs: 60,
      deadlineAtMs: 90,
      progress: null,
      result: null,
      error: null,
    });
    assert.equal(task.failures.length, 1);
    assert.deepEqual(await store.get(task.id), task);
    const [again] = await store.claim(newClaim({ nowMs: 60 }));
    assert.equal(again?.id, lease.taskId);
    assert.equal(again.attempt, 1);
    assert.notEqual(again.lease?.token, lease.token);
  });

  test("retry queues a cancelled task again; its old holder has lost it", async (store) => {
    const lease = await claimOne(store);
    const { taskId } = lease;
    await store.cancel({ taskId, nowMs: 1, reason: "" });
    const task = await store.retry({ taskId, nowMs: 2, deadlineAtMs: null });
    assert.equal(task.status, "queued");
    assert.deepEqual(await store.counts(), {
      queued: 1,
      running: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
    });
    await assert.rejects(store.renew({ ...lease, nowMs: 3, leaseMs: 1 }), LeaseLostError);
    await assert.rejects(store.finish({ ...lease, nowMs: 3, outcome: COMPLETED }), LeaseLostError);
    await assert.rejects(store.finish({ ...lease, nowMs: 3, outcome: failed() }), LeaseLostError);
    assert.deepEqual(await claimIds(store, { nowMs: 3 }), [taskId]);
  });

  test("retry lifts the deadline, so that the task is not overdue at once", async (store) => {
    const taskId = await insert(store, { deadlineAtMs: 100 });
    await store.expire({ nowMs: 100, limit: 1, backoffMs: () => 0 });
    await store.retry({ taskId, nowMs: 200, deadlineAtMs: null });
    assert.deepEqual(await store.expire({ nowMs: 200, limit: 1, backoffMs: () => 0 }), []);
    assert.equal(await store.nextDueMs(200), null);
  });

  test("retry refuses tasks that are queued, running or completed, or not there", async (store) => {
    const taskId = await insert(store, { type: "other" });
    const retry = (id: string) => store.retry({ taskId: id, nowMs: 1, deadlineAtMs: null });
    await assert.rejects(retry(taskId), InvalidTransitionError);
    const lease = await claimOne(store);
    await assert.rejects(retry(lease.taskId), InvalidTransitionError);
    const task = await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    await assert.rejects(retry(lease.taskId), InvalidTransitionError);
    assert.deepEqual(await store.get(lease.taskId), task);
    await assert.rejects(retry("x"), TaskNotFoundError);
  });
}
