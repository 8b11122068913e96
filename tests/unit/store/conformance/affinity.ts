import assert from "node:assert/strict";
import { claimIds, claimOne, failed, insert, leaseOf, newClaim } from "./new_task.ts";
import type { Test } from "./test.ts";

const UNTIL_MS = 500;
const TO_WORKER = { worker: "w2", session: null, untilMs: UNTIL_MS };
const TO_SESSION = { worker: null, session: "s", untilMs: UNTIL_MS };
const TO_BOTH = { worker: "w2", session: "s", untilMs: UNTIL_MS };

/** claim: tasks that prefer certain claimers. */
export function testAffinity(test: Test): void {
  const cases = [
    { title: "a worker", affinity: TO_WORKER, is: { worker: "w2" }, not: [{ worker: "w1" }] },
    {
      title: "a session",
      affinity: TO_SESSION,
      is: { session: "s" },
      not: [{ session: null }, { session: "t" }],
    },
    {
      title: "a worker in a session",
      affinity: TO_BOTH,
      is: { worker: "w2", session: "s" },
      not: [{ worker: "w2" }, { session: "s" }, { worker: "w2", session: "t" }],
    },
  ];
  for (const { title, affinity, is, not } of cases) {
    test(`claim leaves a task to ${title} while its affinity lasts`, async (store) => {
      const id = await insert(store, { affinity });
      const nowMs = UNTIL_MS - 1;
      for (const claimer of not) {
        assert.deepEqual(await claimIds(store, { ...claimer, nowMs }), []);
        assert.deepEqual(await claimIds(store, { ...claimer, nowMs, types: "any" }), []);
      }
      const [task] = await store.claim(newClaim({ ...is, nowMs }));
      assert.equal(task?.id, id);
      assert.deepEqual(task.affinity, affinity);
    });

    test(`claim gives a task that preferred ${title} to anyone afterwards`, async (store) => {
      const preferred = await insert(store, { affinity });
      const later = await insert(store);
      assert.deepEqual(await claimIds(store, { nowMs: UNTIL_MS }), [preferred, later]);
    });
  }

  test("claim takes tasks for it and tasks for all in one order", async (store) => {
    const first = await insert(store, { affinity: TO_WORKER });
    const second = await insert(store);
    const third = await insert(store, { affinity: TO_BOTH });
    const fourth = await insert(store, { affinity: TO_SESSION });
    const urgent = await insert(store, { affinity: TO_SESSION, priority: 9 });
    const wish = { worker: "w2", session: "s" };
    const ids = [urgent, first, second, third, fourth];
    assert.deepEqual(await claimIds(store, { ...wish, limit: 1 }), ids.slice(0, 1));
    assert.deepEqual(await claimIds(store, wish), ids.slice(1));
  });

  test("affinity that names nobody is none", async (store) => {
    const affinity = { worker: null, session: null, untilMs: UNTIL_MS };
    const id = await insert(store, { affinity });
    assert.equal(await store.nextDueMs(0), null);
    assert.deepEqual(await claimIds(store), [id]);
  });

  test("affinity outlives a failed attempt and ends in time", async (store) => {
    const affinity = { worker: "w1", session: null, untilMs: UNTIL_MS };
    const lease = await claimOne(store, { affinity });
    await store.finish({ ...lease, nowMs: 1, outcome: failed({ backoffMs: 0 }) });
    assert.deepEqual(await claimIds(store, { worker: "w9", nowMs: 2 }), []);
    const [again] = await store.claim(newClaim({ nowMs: 3 }));
    await store.release({ ...leaseOf(again), nowMs: UNTIL_MS, reason: "" });
    assert.deepEqual(await claimIds(store, { worker: "w9", nowMs: UNTIL_MS }), [lease.taskId]);
  });

  test("affinity of a delayed task counts from when it may be claimed", async (store) => {
    const id = await insert(store, { affinity: TO_WORKER, notBeforeMs: 100 });
    const over = await insert(store, { affinity: TO_WORKER, notBeforeMs: UNTIL_MS + 1 });
    assert.deepEqual(await claimIds(store, { nowMs: 100 }), []);
    assert.deepEqual(await claimIds(store, { worker: "w2", nowMs: 100 }), [id]);
    assert.deepEqual(await claimIds(store, { nowMs: UNTIL_MS + 1 }), [over]);
  });

  test("nextDueMs knows the end of affinity of a task that waits", async (store) => {
    const lease = await claimOne(store, { affinity: { ...TO_WORKER, worker: "w1" } });
    await store.renew({ ...lease, nowMs: 0, leaseMs: 10_000 });
    assert.equal(await store.nextDueMs(0), 10_000);
    await insert(store, { affinity: TO_WORKER });
    assert.equal(await store.nextDueMs(0), UNTIL_MS);
    await store.expire({ nowMs: UNTIL_MS, limit: 1, backoffMs: () => 0 });
    assert.equal(await store.nextDueMs(UNTIL_MS), 10_000);
  });

  test("expire ends affinity that is over", async (store) => {
    const id = await insert(store, { affinity: TO_WORKER });
    await store.expire({ nowMs: UNTIL_MS, limit: 1, backoffMs: () => 0 });
    assert.deepEqual(await claimIds(store, { nowMs: UNTIL_MS }), [id]);
  });
}
