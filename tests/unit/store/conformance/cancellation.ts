import assert from "node:assert/strict";
import {
  InvalidTransitionError,
  LeaseLostError,
  TaskNotFoundError,
} from "../../../../src/task/mod.ts";
import { claimOne, COMPLETED, insert, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** cancel. */
export function testCancellation(test: Test): void {
  test("cancel ends a queued task", async (store) => {
    const taskId = await insert(store);
    const task = await store.cancel({ taskId, nowMs: 3, reason: "changed\u0000 my mind" });
    assert.equal(task.status, "cancelled");
    assert.deepEqual(task.error, { code: "cancelled", message: "changed\ufffd my mind" });
    assert.deepEqual(await store.get(taskId), task);
    assert.deepEqual(task.failures, []);
    assert.deepEqual(await store.claim(newClaim({ nowMs: 3 })), []);
  });

  test("cancel ends the lease of a running task; its holder learns of it", async (store) => {
    const lease = await claimOne(store);
    const cancelled = await store.cancel({ taskId: lease.taskId, nowMs: 3, reason: "stop" });
    assert.equal(cancelled.lease, null);
    assert.equal(cancelled.failures[0]?.code, "cancelled");
    const renewal = { ...lease, nowMs: 4, leaseMs: 1, progress: { late: true } };
    assert.deepEqual(await store.renew(renewal), cancelled);
    await assert.rejects(store.renew({ ...renewal, token: "1-x" }), LeaseLostError);
    const finish = store.finish({ ...lease, nowMs: 4, outcome: COMPLETED });
    await assert.rejects(finish, LeaseLostError);
    await assert.rejects(store.release({ ...lease, nowMs: 4, reason: "" }), LeaseLostError);
    assert.deepEqual(await store.get(lease.taskId), cancelled);
  });

  test("cancel leaves a cancelled task as it is", async (store) => {
    const taskId = await insert(store);
    const first = await store.cancel({ taskId, nowMs: 3, reason: "one" });
    assert.deepEqual(await store.cancel({ taskId, nowMs: 4, reason: "two" }), first);
  });

  test("cancel refuses a task that has completed, and one that is not there", async (store) => {
    const lease = await claimOne(store);
    await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    const { taskId } = lease;
    await assert.rejects(store.cancel({ taskId, nowMs: 2, reason: "" }), InvalidTransitionError);
    const unknown = store.cancel({ taskId: "x", nowMs: 2, reason: "" });
    await assert.rejects(unknown, TaskNotFoundError);
  });
}
