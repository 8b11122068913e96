import assert from "node:assert/strict";
import type { FinishAttempt, NewTask, TaskStore } from "../../../src/store/mod.ts";
import {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  type Task,
  TaskNotFoundError,
} from "../../../src/task/mod.ts";

/** Runs a test body with an empty store, and closes it. */
export type WithStore = (body: (store: TaskStore) => Promise<void>) => Promise<void>;

const LEASE_MS = 1_000;

let lastId = 0;

/** A task that can be inserted, with what a test cares about. */
export function newTask(fields: Partial<NewTask> = {}): NewTask {
  return {
    id: (++lastId).toString(16).padStart(32, "0"),
    type: "text",
    model: "",
    payload: {},
    priority: 5,
    maxAttempts: 3,
    nowMs: 0,
    notBeforeMs: 0,
    deadlineAtMs: null,
    idempotencyKey: null,
    ...fields,
  };
}

async function insert(store: TaskStore, fields: Partial<NewTask> = {}): Promise<string> {
  return (await store.insert(newTask(fields))).task.id;
}

async function claimAll(store: TaskStore, nowMs = 0, types = ["text"]): Promise<readonly Task[]> {
  return await store.claim({ worker: "w1", types, limit: 100, nowMs, leaseMs: LEASE_MS });
}

/** Inserts a task and leases it to w1 at time 0. */
async function claimOne(store: TaskStore, fields: Partial<NewTask> = {}) {
  const id = await insert(store, fields);
  const task = (await claimAll(store)).find((claimed) => claimed.id === id);
  assert.ok(task?.lease);
  return { taskId: id, token: task.lease.token };
}

const COMPLETED = { status: "completed", result: { answer: 42 } } as const;

function failed(fields: Partial<Extract<FinishAttempt["outcome"], { status: "failed" }>> = {}) {
  const error = { code: "executor_failed", message: "no luck" };
  return { status: "failed", error, retryable: true, backoffMs: 100, ...fields } as const;
}

const backoffMs = (attempt: number) => attempt * 100;

/**
 * What every adapter of the `TaskStore` port must do.
 *
 * @param name The adapter, for the titles.
 * @param withStore Opens an empty store for one test.
 */
export function testTaskStore(name: string, withStore: WithStore): void {
  const test = (title: string, body: (store: TaskStore) => Promise<void>) =>
    Deno.test(`${name} ${title}`, () => withStore(body));
  testSubmission(test);
  testClaims(test);
  testLeases(test);
  testFinish(test);
  testCancellation(test);
  testExpiry(test);
  testUpkeep(test);
}

type Test = (title: string, body: (store: TaskStore) => Promise<void>) => void;

function testSubmission(test: Test): void {
  test("insert gives back a queued task and get finds it", async (store) => {
    const input = newTask({
      model: "m",
      payload: { text: "\u{1F600}\u0000", list: [1, null, { a: 1.5 }] },
      priority: 7,
      nowMs: 10,
      notBeforeMs: 20,
      deadlineAtMs: 30,
      idempotencyKey: "k",
    });
    const { task, created } = await store.insert(input);
    const { nowMs, ...same } = input;
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

  for (const other of [{ type: "x" }, { model: "x" }, { payload: { x: 1 } }]) {
    const [member] = Object.keys(other);
    test(`insert refuses an idempotency key for another ${member}`, async (store) => {
      const taskId = await insert(store, { idempotencyKey: "k" });
      const insertion = store.insert(newTask({ idempotencyKey: "k", ...other }));
      await assert.rejects(insertion, (error) => {
        return error instanceof IdempotencyConflictError && error.taskId === taskId;
      });
    });
  }

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

function testClaims(test: Test): void {
  test("claim takes the highest priority first, then the oldest", async (store) => {
    const low = await insert(store, { priority: 1, type: "a" });
    const older = await insert(store, { type: "b" });
    const newer = await insert(store, { type: "a" });
    const high = await insert(store, { priority: 10, type: "b" });
    const claimed = await claimAll(store, 0, ["a", "b", "b"]);
    assert.deepEqual(claimed.map(({ id }) => id), [high, older, newer, low]);
  });

  test("claim leases a task with a token of its attempt", async (store) => {
    await insert(store, { nowMs: 5 });
    const [task] = await claimAll(store, 7);
    assert.equal(task?.status, "running");
    assert.equal(task.attempt, 1);
    assert.equal(task.updatedAtMs, 7);
    assert.equal(task.assignedWorker, "w1");
    assert.equal(task.lease?.worker, "w1");
    assert.equal(task.lease.untilMs, 7 + LEASE_MS);
    assert.match(task.lease.token, /^1-[0-9a-f]{16}$/);
    assert.deepEqual(await store.get(task.id), task);
  });

  test("claim gives a task to one of many claimers only", async (store) => {
    await insert(store);
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimAll(store)));
    assert.deepEqual(claims.map(({ length }) => length).sort(), [0, 0, 0, 0, 1]);
  });

  test("claim takes no more than its limit and only its types", async (store) => {
    for (let count = 0; count < 3; count++) await insert(store);
    const wish = { worker: "w", nowMs: 0, leaseMs: 1 };
    assert.equal((await store.claim({ ...wish, types: ["text"], limit: 2 })).length, 2);
    assert.equal((await store.claim({ ...wish, types: ["Text", "other"], limit: 2 })).length, 0);
    assert.equal((await store.claim({ ...wish, types: [], limit: 2 })).length, 0);
    assert.equal((await store.claim({ ...wish, types: ["text"], limit: 0 })).length, 0);
  });

  test("claim leaves a task alone before its time, and takes it in turn after", async (store) => {
    const delayed = await insert(store, { notBeforeMs: 100, priority: 9 });
    const ready = await insert(store);
    assert.deepEqual((await claimAll(store, 99)).map(({ id }) => id), [ready]);
    const later = await insert(store);
    assert.deepEqual((await claimAll(store, 100)).map(({ id }) => id), [delayed, later]);
  });

  test("claim leaves a task alone after its deadline", async (store) => {
    await insert(store, { deadlineAtMs: 100 });
    assert.deepEqual(await claimAll(store, 100), []);
  });
}

function testLeases(test: Test): void {
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
    renew: (store: TaskStore, lease: { taskId: string; token: string }) =>
      store.renew({ ...lease, nowMs: 1, leaseMs: 1 }),
    finish: (store: TaskStore, lease: { taskId: string; token: string }) =>
      store.finish({ ...lease, nowMs: 1, outcome: COMPLETED }),
    release: (store: TaskStore, lease: { taskId: string; token: string }) =>
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
      const [again] = await claimAll(store, 2);
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
    const [again] = await claimAll(store, 9);
    assert.equal(again?.attempt, 1);
    assert.notEqual(again.lease?.token, lease.token);
  });
}

function testFinish(test: Test): void {
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
    assert.deepEqual(await claimAll(store, 109), []);
    assert.equal((await claimAll(store, 110))[0]?.attempt, 2);
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
      const [task] = await claimAll(store, attempt);
      assert.ok(task?.lease);
      const { id: taskId, lease: { token } } = task;
      await store.finish({ taskId, token, nowMs: attempt, outcome });
    }
    const [task] = await store.list({ limit: 1 });
    assert.equal(task?.failures.length, 50);
    assert.equal(task.failures.at(-1)?.attempt, 60);
  });
}

function testCancellation(test: Test): void {
  test("cancel ends a queued task", async (store) => {
    const taskId = await insert(store);
    const task = await store.cancel({ taskId, nowMs: 3, reason: "changed my mind" });
    assert.equal(task.status, "cancelled");
    assert.deepEqual(task.error, { code: "cancelled", message: "changed my mind" });
    assert.deepEqual(task.failures, []);
    assert.deepEqual(await claimAll(store, 3), []);
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

function testExpiry(test: Test): void {
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
    await claimAll(store);
    assert.equal((await store.expire({ nowMs: LEASE_MS, limit: 2, backoffMs })).length, 2);
    assert.equal((await store.expire({ nowMs: LEASE_MS, limit: 2, backoffMs })).length, 1);
  });
}

function testUpkeep(test: Test): void {
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
}
