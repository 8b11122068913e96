import assert from "node:assert/strict";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { LeaseLostError, TaskNotFoundError } from "../../../../src/task/mod.ts";
import { backoffMs, claimOne, COMPLETED, type HeldLease, LEASE_MS, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

/** renew, release, and what all reports have in common. */
export function testLeases(test: Test): void {
  test("renew moves the lease's end and merges progress", async (store) => {
    const lease = await claimOne(store);
    const renewal = { ...lease, leaseMs: LEASE_MS };
    await store.renew({ ...renewal, nowMs: 10, progress: { step: 1, log: ["a"] } });
    const task = await store.renew({ ...renewal, nowMs: 20, progress: { step: 2 } });
    assert.deepEqual(task.progress, { step: 2, log: ["a"] });
    assert.equal(task.lease?.untilMs, 20 + LEASE_MS);
    assert.equal(task.updatedAtMs, 20);
    const kept = await store.renew({ ...renewal, nowMs: 30 });
    assert.deepEqual(kept.progress, { step: 2, log: ["a"] });
    assert.deepEqual(await store.get(lease.taskId), kept);
  });

  const operations = {
    renew: (store: TaskStore, lease: HeldLease) => store.renew({ ...lease, nowMs: 1, leaseMs: 1 }),
    finish: (store: TaskStore, lease: HeldLease) =>
      store.finish({ ...lease, nowMs: 1, outcome: COMPLETED }),
    release: (store: TaskStore, lease: HeldLease) =>
      store.release({ ...lease, nowMs: 1, reason: "" }),
  };
  for (const [title, operation] of Object.entries(operations)) {
    test(`${title} refuses a token that is not the lease's`, async (store) => {
      const { taskId } = await claimOne(store);
      await assert.rejects(operation(store, { taskId, token: "1-x" }), LeaseLostError);
      assert.equal((await store.get(taskId))?.status, "running");
    });

    test(`${title} refuses a task that is not there`, async (store) => {
      await assert.rejects(operation(store, { taskId: "x", token: "" }), TaskNotFoundError);
    });

    test(`${title} refuses the holder before once the task is claimed again`, async (store) => {
      const lease = await claimOne(store);
      await store.release({ ...lease, nowMs: 1, reason: "stopping" });
      const [again] = await store.claim(newClaim({ nowMs: 2 }));
      await assert.rejects(operation(store, lease), LeaseLostError);
      assert.deepEqual(await store.get(lease.taskId), again);
    });

    test(`${title} refuses the holder whose lease has expired`, async (store) => {
      const lease = await claimOne(store);
      await store.expire({ nowMs: LEASE_MS, limit: 10, backoffMs });
      await assert.rejects(operation(store, lease), LeaseLostError);
    });
  }

  test("release gives the task back without counting the attempt", async (store) => {
    const lease = await claimOne(store);
    const task = await store.release({ ...lease, nowMs: 9, reason: "stopping" });
    assert.equal(task.status, "queued");
    assert.equal(task.attempt, 0);
    assert.equal(task.lease, null);
    assert.deepEqual(task.failures, [
      { attempt: 1, atMs: 9, worker: "w1", code: "released", message: "stopping" },
    ]);
    const [again] = await store.claim(newClaim({ nowMs: 9 }));
    assert.equal(again?.attempt, 1);
    assert.notEqual(again.lease?.token, lease.token);
  });

  test("reports give back the payload, large or small", async (store) => {
    for (const length of [10, 900_000]) {
      const payload = { text: "x".repeat(length) };
      const lease = await claimOne(store, { payload });
      const renewed = await store.renew({ ...lease, nowMs: 1, leaseMs: LEASE_MS });
      assert.deepEqual(renewed.payload, payload);
      assert.deepEqual({ ...renewed }, await store.get(lease.taskId));
      const released = await store.release({ ...lease, nowMs: 2, reason: "" });
      assert.deepEqual(JSON.parse(JSON.stringify(released)), await store.get(lease.taskId));
      const cancelled = await store.cancel({ taskId: lease.taskId, nowMs: 3, reason: "" });
      assert.deepEqual(cancelled.payload, payload);
    }
  });
}
