import assert from "node:assert/strict";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { IdempotencyConflictError, TaskNotFoundError } from "../../../../src/task/mod.ts";
import { claimOne, COMPLETED, insert, leaseOf, newClaim, newTask } from "./new_task.ts";
import type { Test } from "./test.ts";

/** insert, get, list. */
export function testSubmission(test: Test): void {
  test("insert gives back a queued task and get finds it", async (store) => {
    const input = newTask({
      model: "m",
      payload: { text: "\u{1F600}\u0000", list: [1, null, { a: 1.5 }] },
      priority: 7,
      nowMs: 10,
      notBeforeMs: 20,
      deadlineAtMs: 30,
      idempotencyKey: "k",
      requires: ["a", "b"],
      affinity: { worker: "w", session: null, untilMs: 99 },
    });
    const { task, created } = await store.insert(input);
    const { nowMs, isIdChosen: _, ...same } = input;
    assert.equal(created, true);
    assert.deepEqual(task, {
      ...same,
      status: "queued",
      attempt: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      lease: null,
      assignedWorker: null,
      progress: null,
      result: null,
      error: null,
      failures: [],
      logCount: 0,
    });
    assert.deepEqual(await store.get(input.id), task);
  });

  test("get does not find a task that is not there", async (store) => {
    assert.equal(await store.get("nope"), undefined);
  });

  test("insert keeps no reference to the caller's payload", async (store) => {
    const payload = { list: [1] };
    const { task } = await store.insert(newTask({ payload }));
    payload.list.push(2);
    assert.deepEqual(task.payload, { list: [1] });
    assert.deepEqual((await store.get(task.id))?.payload, { list: [1] });
  });

  test("insert refuses an id that is taken", async (store) => {
    const id = await insert(store);
    await assert.rejects(store.insert(newTask({ id })), RangeError);
  });

  test("insert returns the task that has the idempotency key already", async (store) => {
    const first = await store.insert(newTask({ payload: { a: 1, b: 2 }, idempotencyKey: "k" }));
    const again = await store.insert(newTask({ payload: { b: 2, a: 1 }, idempotencyKey: "k" }));
    assert.equal(again.created, false);
    assert.deepEqual(again.task, first.task);
    assert.equal((await store.counts()).queued, 1);
  });

  const others = [{ type: "x" }, { model: "x" }, { payload: { x: 1 } }, { requires: ["x"] }];
  for (const other of others) {
    const [member] = Object.keys(other);
    test(`insert refuses an idempotency key for another ${member}`, async (store) => {
      const taskId = await insert(store, { idempotencyKey: "k" });
      const insertion = store.insert(newTask({ idempotencyKey: "k", ...other }));
      await assert.rejects(insertion, (error) => isConflict(error, { key: "k", taskId }));
      assert.equal((await store.counts()).queued, 1);
    });

    test(`insert refuses a chosen id for another ${member}`, async (store) => {
      const chosen = { id: "mine", isIdChosen: true };
      await insert(store, chosen);
      const insertion = store.insert(newTask({ ...chosen, ...other }));
      await assert.rejects(insertion, (error) => {
        return isConflict(error, { key: "mine", taskId: "mine" });
      });
    });
  }

  test("insert returns the task that has the chosen id already", async (store) => {
    const chosen = { id: "mine", isIdChosen: true, payload: { text: "x".repeat(5_000) } };
    const first = await store.insert(newTask(chosen));
    const lease = leaseOf((await store.claim(newClaim()))[0]);
    const done = await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    const again = await store.insert(newTask({ ...chosen, priority: 9, nowMs: 5 }));
    assert.equal(first.created, true);
    assert.equal(again.created, false);
    assert.deepEqual(again.task, { ...done });
    assert.equal((await store.counts()).queued, 0);
  });

  test("insert knows again what JSON has changed on the way", async (store) => {
    const fields = { idempotencyKey: "k", payload: { count: NaN, zero: -0, list: [Infinity] } };
    const first = await store.insert(newTask(fields));
    assert.deepEqual(first.task.payload, { count: null, zero: 0, list: [null] });
    assert.equal((await store.insert(newTask(fields))).created, false);
  });

  test("insert refuses a key and a chosen id that are two tasks'", async (store) => {
    const byKey = await insert(store, { idempotencyKey: "k" });
    const mine = { id: "mine", isIdChosen: true };
    const mixed = store.insert(newTask({ ...mine, idempotencyKey: "k" }));
    await assert.rejects(mixed, (error) => isConflict(error, { key: "k", taskId: byKey }));
    await insert(store, mine);
    const added = store.insert(newTask({ ...mine, idempotencyKey: "new" }));
    await assert.rejects(added, (error) => isConflict(error, { key: "new", taskId: "mine" }));
    assert.equal((await store.counts()).queued, 2);
  });

  test("insert makes one task of many submissions at once", async (store) => {
    const input = newTask({ id: "mine", isIdChosen: true, idempotencyKey: "k" });
    const results = await Promise.all(Array.from({ length: 5 }, () => store.insert(input)));
    assert.equal(results.filter(({ created }) => created).length, 1);
    assert.equal((await store.counts()).queued, 1);
  });

  test("list pages through tasks, oldest first", async (store) => {
    const ids = [await insert(store), await insert(store), await insert(store)];
    const page = await store.list({ limit: 2 });
    assert.deepEqual(page.map(({ id }) => id), ids.slice(0, 2));
    const next = await store.list({ limit: 2, afterTaskId: ids[1] });
    assert.deepEqual(next.map(({ id }) => id), ids.slice(2));
  });

  test("list filters by state and type", async (store) => {
    const { taskId } = await claimOne(store);
    const queued = await insert(store, { type: "other" });
    const idsOf = async (query: Parameters<TaskStore["list"]>[0]) =>
      (await store.list(query)).map(({ id }) => id);
    assert.deepEqual(await idsOf({ status: "running", limit: 9 }), [taskId]);
    assert.deepEqual(await idsOf({ types: ["other", "x"], limit: 9 }), [queued]);
    assert.deepEqual(await idsOf({ types: [], limit: 9 }), [taskId, queued]);
    assert.deepEqual(await idsOf({ status: "queued", types: ["text"], limit: 9 }), []);
  });

  test("list refuses to go on after a task that is gone", async (store) => {
    await assert.rejects(store.list({ limit: 1, afterTaskId: "nope" }), TaskNotFoundError);
  });
}

function isConflict(
  error: unknown,
  expected: { readonly key: string; readonly taskId: string },
): boolean {
  if (!(error instanceof IdempotencyConflictError)) return false;
  assert.deepEqual({ key: error.key, taskId: error.taskId }, expected);
  return true;
}
