import assert from "node:assert/strict";
import {
  IdempotencyConflictError,
  InvalidTransitionError,
  LeaseLostError,
  type Task,
  TaskNotFoundError,
} from "../../../src/task/mod.ts";
import { testBatches } from "./conformance/batches.ts";
import {
  claimOne,
  COMPLETED,
  FAILED,
  hasCode,
  PAYLOAD,
  submitAndClaim,
  type Test,
  TYPE,
  until,
  type WithQueue,
} from "./conformance/fixture.ts";
import { testLeases } from "./conformance/leases.ts";
import { testPlacement } from "./conformance/placement.ts";
import { testStates } from "./conformance/states.ts";
import { testWatch } from "./conformance/watch.ts";

/** Options that a test of a real network needs. */
export type QueueTestOptions = Pick<Deno.TestDefinition, "sanitizeOps" | "sanitizeResources">;

/**
 * What every `TaskQueue` must do, wherever the queue is.
 *
 * @param name What implements it, for the titles.
 * @param withQueue Makes an empty queue for one test.
 * @param options For tests that run a real network.
 */
export function testTaskQueue(
  name: string,
  withQueue: WithQueue,
  options: QueueTestOptions = {},
): void {
  const test: Test = (title, body) =>
    Deno.test({ ...options, name: `${name} ${title}`, fn: () => withQueue(body) });
  testSubmit(test);
  testList(test);
  testWait(test);
  testClaim(test);
  testAttempts(test);
  testCancel(test);
  testTime(test);
  testStatus(test);
  testBatches(test);
  testLeases(test);
  testPlacement(test);
  testStates(test);
  testWatch(test);
}

function testSubmit(test: Test): void {
  test("submit puts a task in the queue, and get finds it", async ({ queue }) => {
    const submitted = await queue.submit({
      type: TYPE,
      model: "m",
      payload: PAYLOAD,
      priority: 7,
      maxAttempts: 2,
      idempotencyKey: "k",
    });
    assert.match(submitted.taskId, /^[0-9a-f]{32}$/);
    assert.equal(submitted.created, true);
    assert.equal(submitted.peerId, queue.peerId);
    const task = await queue.get(submitted.taskId);
    assert.ok(task);
    assert.equal(task.id, submitted.taskId);
    assert.equal(task.type, TYPE);
    assert.equal(task.model, "m");
    assert.deepEqual(task.payload, PAYLOAD);
    assert.equal(task.status, "queued");
    assert.equal(task.priority, 7);
    assert.equal(task.maxAttempts, 2);
    assert.equal(task.attempt, 0);
    assert.equal(task.idempotencyKey, "k");
    assert.equal(task.notBeforeMs, task.createdAtMs);
    assert.equal(task.updatedAtMs, task.createdAtMs);
    assert.equal(task.deadlineAtMs, null);
    assert.equal(task.lease, null);
    assert.equal(task.assignedWorker, null);
    assert.equal(task.progress, null);
    assert.equal(task.result, null);
    assert.equal(task.error, null);
    assert.deepEqual(task.failures, []);
    assert.deepEqual(task.requires, []);
    assert.equal(task.affinity, null);
    assert.equal(task.logCount, 0);
  });

  test("submit fills in what is left out", async ({ queue }) => {
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const task = await queue.get(taskId);
    assert.equal(task?.model, "");
    assert.equal(task.priority, 5);
    assert.equal(task.maxAttempts, 3);
  });

  test("submit takes delay and deadline", async ({ queue }) => {
    const { taskId } = await queue.submit({
      type: TYPE,
      payload: {},
      delayMs: 1_500,
      deadlineMs: 2_500,
    });
    const task = await queue.get(taskId);
    assert.ok(task);
    assert.equal(task.notBeforeMs - task.createdAtMs, 1_500);
    assert.equal((task.deadlineAtMs ?? 0) - task.createdAtMs, 2_500);
  });

  test("submit makes one task for one idempotency key", async ({ queue }) => {
    const first = await queue.submit({ type: TYPE, payload: PAYLOAD, idempotencyKey: "k" });
    const again = await queue.submit({ type: TYPE, payload: PAYLOAD, idempotencyKey: "k" });
    assert.deepEqual(again, { ...first, created: false });
    const other = queue.submit({ type: TYPE, payload: {}, idempotencyKey: "k" });
    await assert.rejects(other, (error) => {
      return error instanceof IdempotencyConflictError && error.key === "k" &&
        error.taskId === first.taskId;
    });
  });

  test("submit makes one task for one chosen id", async ({ queue }) => {
    const taskId = "my:own/id";
    const first = await queue.submit({ type: TYPE, payload: PAYLOAD, taskId });
    assert.deepEqual(first, { taskId, peerId: queue.peerId, created: true });
    const again = await queue.submit({ type: TYPE, payload: PAYLOAD, taskId });
    assert.deepEqual(again, { ...first, created: false });
    const other = queue.submit({ type: TYPE, payload: {}, taskId });
    await assert.rejects(other, IdempotencyConflictError);
    const { task, token } = await claimOne(queue);
    assert.equal(task.id, taskId);
    assert.equal((await queue.finish({ taskId, token, outcome: COMPLETED })).status, "completed");
  });

  const nonsense = {
    "a blank type": { type: " ", payload: {} },
    "control characters in the type": { type: "a\u0007b", payload: {} },
    "a long type": { type: "x".repeat(257), payload: {} },
    "a priority of 11": { type: TYPE, payload: {}, priority: 11 },
    "a priority that is not whole": { type: TYPE, payload: {}, priority: 1.5 },
    "too many attempts": { type: TYPE, payload: {}, maxAttempts: 1_001 },
    "a long id": { type: TYPE, payload: {}, taskId: "x".repeat(129) },
    "too many tags": { type: TYPE, payload: {}, requires: tagsOf(17) },
    "a long tag": { type: TYPE, payload: {}, requires: ["x".repeat(65)] },
    "a payload that is too long": { type: TYPE, payload: { text: "x".repeat(921_600) } },
  };
  for (const [what, input] of Object.entries(nonsense)) {
    test(`submit refuses ${what}`, async ({ queue }) => {
      await assert.rejects(queue.submit(input), hasCode("invalid_task"));
      assert.deepEqual(await queue.list({}), []);
    });
  }

  test("submit takes a payload as long as is allowed", async ({ queue }) => {
    const payload = { text: "x".repeat(921_600 - '{"text":""}'.length) };
    const { taskId } = await queue.submit({ type: TYPE, payload });
    assert.deepEqual((await queue.get(taskId))?.payload, payload);
    const { task } = await claimOne(queue);
    assert.deepEqual(task.payload, payload);
  });

  test("get does not find what is not there", async ({ queue }) => {
    assert.equal(await queue.get("nope"), undefined);
  });

  test("calls do not begin when the signal is aborted", async ({ queue }) => {
    const signal = AbortSignal.abort(new Error("gave up"));
    const calls = [
      queue.submit({ type: TYPE, payload: {} }, { signal }),
      queue.get("x", { signal }),
      queue.list({}, { signal }),
      queue.wait({ taskId: "x" }, { signal }),
      queue.claim({ worker: "w", types: [TYPE] }, { signal }),
      queue.renew({ taskId: "x", token: "t" }, { signal }),
      queue.finish({ taskId: "x", token: "t", outcome: COMPLETED }, { signal }),
      queue.release({ taskId: "x", token: "t", reason: "" }, { signal }),
      queue.cancel({ taskId: "x", reason: "" }, { signal }),
      queue.retry({ taskId: "x" }, { signal }),
      queue.watch({ taskId: "x", onEvent: () => {} }, { signal }),
      queue.submitMany([{ type: TYPE, payload: {} }], { signal }),
      queue.finishMany([{ taskId: "x", token: "t", outcome: COMPLETED }], { signal }),
      queue.heartbeat({}, { signal }),
      queue.counts({ signal }),
      queue.status({ signal }),
    ];
    for (const call of calls) await assert.rejects(call, /gave up/);
    assert.deepEqual(await queue.list({}), []);
  });
}

function tagsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `tag-${n}`);
}

function testList(test: Test): void {
  test("list pages through tasks, oldest first", async ({ queue }) => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await queue.submit({ type: TYPE, payload: { n } })).taskId);
    }
    const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
    assert.deepEqual(idsOf(await queue.list({})), ids);
    assert.deepEqual(idsOf(await queue.list({ limit: 2 })), ids.slice(0, 2));
    assert.deepEqual(idsOf(await queue.list({ afterTaskId: ids[1] })), ids.slice(2));
    await assert.rejects(queue.list({ afterTaskId: "nope" }), TaskNotFoundError);
  });

  test("list filters by state and type", async ({ queue }) => {
    const { taskId } = await submitAndClaim(queue);
    const other = await queue.submit({ type: "other", payload: {} });
    const running = await queue.list({ status: "running" });
    assert.deepEqual(running.map(({ id }) => id), [taskId]);
    const others = await queue.list({ types: ["other"] });
    assert.deepEqual(others.map(({ id }) => id), [other.taskId]);
  });

  test("list gives large tasks too", async ({ queue }) => {
    const text = "x".repeat(400_000);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      ids.push((await queue.submit({ type: TYPE, payload: { n, text } })).taskId);
    }
    const tasks = await queue.list({ limit: 5 });
    assert.deepEqual(tasks.map(({ id }) => id), ids);
    assert.deepEqual(tasks.at(-1)?.payload, { n: 4, text });
  });
}

function testWait(test: Test): void {
  test("wait returns at once what is final, unknown, or not to be waited for", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    assert.equal((await queue.wait({ taskId, timeoutMs: 0 }))?.status, "running");
    assert.equal(await queue.wait({ taskId: "nope" }), undefined);
    await queue.finish({ taskId, token, outcome: COMPLETED });
    assert.deepEqual((await queue.wait({ taskId }))?.result, { answer: 42 });
  });

  test("wait is told when the task is done", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const waits = [queue.wait({ taskId }), queue.wait({ taskId })];
    await queue.get(taskId);
    await queue.finish({ taskId, token, outcome: COMPLETED });
    for (const task of await Promise.all(waits)) assert.deepEqual(task?.result, { answer: 42 });
  });

  test("wait returns the task as it is when the time has passed", async (fixture) => {
    const { queue, advance } = fixture;
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    let task: Task | undefined;
    const waiting = queue.wait({ taskId, timeoutMs: 5_000 }).then((waited) => task = waited);
    await advance(4_999);
    assert.equal(task, undefined);
    await advance(1);
    assert.equal((await waiting)?.status, "queued");
  });

  test("wait tells of progress", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const seen: unknown[] = [];
    const waiting = queue.wait({ taskId, onProgress: (task) => seen.push(task.progress) });
    await until(async () => {
      // The wait may not have reached the queue yet; what it misses is not sent again.
      await queue.renew({ taskId, token, progress: { step: 1 } });
      return seen.length > 0;
    });
    await queue.renew({ taskId, token, progress: { note: "two" } });
    await until(() => seen.length > 1 && JSON.stringify(seen.at(-1))?.includes("two") === true);
    await queue.finish({ taskId, token, outcome: COMPLETED });
    assert.equal((await waiting)?.status, "completed");
    assert.deepEqual(seen[0], { step: 1 });
    assert.deepEqual(seen.at(-1), { step: 1, note: "two" });
  });

  test("wait ends when its signal aborts", async ({ queue }) => {
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const controller = new AbortController();
    const waiting = queue.wait({ taskId }, { signal: controller.signal });
    controller.abort(new Error("gave up"));
    await assert.rejects(waiting, /gave up/);
  });
}

function testClaim(test: Test): void {
  test("claim leases the task of the highest priority", async ({ queue, leaseMs }) => {
    await queue.submit({ type: TYPE, payload: {}, priority: 1 });
    const high = await queue.submit({ type: TYPE, payload: PAYLOAD, priority: 9 });
    const { task } = await claimOne(queue, "worker-7");
    assert.equal(task.id, high.taskId);
    assert.deepEqual(task.payload, PAYLOAD);
    assert.equal(task.status, "running");
    assert.equal(task.attempt, 1);
    assert.equal(task.assignedWorker, "worker-7");
    assert.equal(task.lease?.worker, "worker-7");
    assert.equal(task.lease.untilMs - task.updatedAtMs, leaseMs);
    assert.match(task.lease.token, /^[0-9a-f]{32}:1:[0-9a-f]{16}$/);
    assert.equal(task.lease.isFenced, true);
  });

  test("claim gives nothing when there is nothing of its types", async ({ queue }) => {
    await queue.submit({ type: "other", payload: {} });
    assert.deepEqual(await queue.claim({ worker: "w", types: [TYPE] }), []);
  });

  test("claim leases several tasks at once", async ({ queue }) => {
    for (let n = 0; n < 3; n++) await queue.submit({ type: TYPE, payload: { n } });
    const tasks = await queue.claim({ worker: "w", types: [TYPE, "other"], limit: 2 });
    assert.deepEqual(tasks.map(({ payload }) => payload), [{ n: 0 }, { n: 1 }]);
    for (const { id: taskId, lease } of tasks) {
      const task = await queue.renew({ taskId, token: lease?.token ?? "" });
      assert.equal(task.status, "running");
    }
  });

  test("claim waits until there is work", async ({ queue }) => {
    const claiming = queue.claim({ worker: "w", types: [TYPE], waitMs: 10_000 });
    await queue.submit({ type: "other", payload: {} });
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    assert.deepEqual((await claiming).map(({ id }) => id), [taskId]);
  });

  test("claim gives each of many waiting claimers a task", async ({ queue }) => {
    const claims = Array.from(
      { length: 4 },
      (_, n) => queue.claim({ worker: `w${n}`, types: [TYPE], waitMs: 10_000 }),
    );
    await queue.get("let them begin");
    const submits = claims.map((_, n) => queue.submit({ type: TYPE, payload: { n } }));
    const ids = (await Promise.all(submits)).map(({ taskId }) => taskId);
    const claimed = (await Promise.all(claims)).flat().map(({ id }) => id);
    assert.deepEqual(claimed.sort(), ids.sort());
  });

  test("claim waits no longer than it is told", async ({ queue, advance }) => {
    const claiming = queue.claim({ worker: "w", types: [TYPE], waitMs: 5_000 });
    await advance(5_000);
    assert.deepEqual(await claiming, []);
    await queue.submit({ type: TYPE, payload: {} });
    assert.equal((await queue.list({ status: "queued" })).length, 1);
  });

  test("claim ends when its signal aborts, and takes nothing with it", async ({ queue }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const claiming = queue.claim({ worker: "w", types: [TYPE], waitMs: 10_000 }, { signal });
    await queue.get("let it begin");
    controller.abort(new Error("gave up"));
    await assert.rejects(claiming, /gave up/);
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    await until(async () => (await queue.get(taskId))?.status === "queued");
    assert.equal((await claimOne(queue)).task.id, taskId);
  });
}

function testAttempts(test: Test): void {
  test("finish completes a task, and may be repeated", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const task = await queue.finish({ taskId, token, outcome: COMPLETED });
    assert.equal(task.status, "completed");
    assert.deepEqual(task.result, { answer: 42 });
    const again = await queue.finish({ taskId, token, outcome: COMPLETED });
    assert.deepEqual(again, task);
    assert.deepEqual(await queue.get(taskId), task);
  });

  test("finish queues a failed task again and keeps the history", async (fixture) => {
    const { queue, advance } = fixture;
    const { taskId, token } = await submitAndClaim(queue);
    const task = await queue.finish({ taskId, token, outcome: FAILED });
    assert.equal(task.status, "queued");
    assert.equal(task.error, null);
    assert.equal(task.failures.length, 1);
    assert.equal(task.failures[0]?.code, "executor_failed");
    assert.equal(task.failures[0].message, "no luck");
    assert.equal(task.failures[0].worker, "w1");
    assert.ok(task.notBeforeMs > task.updatedAtMs);
    await advance(task.notBeforeMs - task.updatedAtMs);
    assert.equal((await claimOne(queue)).task.attempt, 2);
  });

  test("finish fails a task for good when it is no use to try again", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const outcome = { ...FAILED, retryable: false, result: { output: "…" } };
    const task = await queue.finish({ taskId, token, outcome });
    assert.equal(task.status, "failed");
    assert.deepEqual(task.error, { code: "executor_failed", message: "no luck" });
    assert.deepEqual(task.result, { output: "…" });
  });

  test("finish makes a failure of a result that cannot be kept", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const result = { text: "x".repeat(921_600) };
    const task = await queue.finish({ taskId, token, outcome: { status: "completed", result } });
    assert.equal(task.status, "failed");
    assert.equal(task.error?.code, "result_too_large");
  });

  test("renew reports progress and keeps the lease", async ({ queue, advance, leaseMs }) => {
    const { taskId, token } = await submitAndClaim(queue);
    await advance(leaseMs - 1);
    await queue.renew({ taskId, token, progress: { step: 1 } });
    await advance(leaseMs - 1);
    const task = await queue.renew({ taskId, token });
    assert.equal(task.status, "running");
    assert.equal((task.lease?.untilMs ?? 0) - task.updatedAtMs, leaseMs);
    assert.deepEqual((await queue.get(taskId))?.progress, { step: 1 });
  });

  test("release gives the task to the next", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const waiting = queue.claim({ worker: "w2", types: [TYPE], waitMs: 10_000 });
    const released = await queue.release({ taskId, token, reason: "stopping" });
    assert.equal(released.status, "queued");
    const [task] = await waiting;
    assert.equal(task?.id, taskId);
    assert.equal(task.attempt, 1);
    assert.equal(task.assignedWorker, "w2");
  });

  test("reports without the lease are refused", async ({ queue }) => {
    const { taskId } = await submitAndClaim(queue);
    const token = "nope:1:0000000000000000";
    const finish = queue.finish({ taskId, token, outcome: COMPLETED });
    await assert.rejects(finish, LeaseLostError);
    await assert.rejects(queue.renew({ taskId, token }), LeaseLostError);
    await assert.rejects(queue.release({ taskId, token, reason: "" }), LeaseLostError);
    assert.equal((await queue.get(taskId))?.status, "running");
  });

  test("reports on a task that is not there are refused", async ({ queue }) => {
    const lease = { taskId: "nope", token: "nope:1:0000000000000000" };
    const isNotFound = (error: unknown) =>
      error instanceof TaskNotFoundError && error.taskId === "nope";
    await assert.rejects(queue.finish({ ...lease, outcome: COMPLETED }), isNotFound);
    await assert.rejects(queue.renew(lease), isNotFound);
    await assert.rejects(queue.release({ ...lease, reason: "" }), isNotFound);
    await assert.rejects(queue.cancel({ taskId: "nope", reason: "" }), isNotFound);
  });
}

function testCancel(test: Test): void {
  test("cancel reaches waiters and the worker", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    const waiting = queue.wait({ taskId });
    const task = await queue.cancel({ taskId, reason: "changed my mind" });
    assert.equal(task.status, "cancelled");
    assert.deepEqual(task.error, { code: "cancelled", message: "changed my mind" });
    assert.equal((await waiting)?.status, "cancelled");
    assert.equal((await queue.renew({ taskId, token })).status, "cancelled");
    const finish = queue.finish({ taskId, token, outcome: COMPLETED });
    await assert.rejects(finish, LeaseLostError);
  });

  test("cancel may be repeated, but not after completion", async ({ queue }) => {
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const task = await queue.cancel({ taskId, reason: "one" });
    assert.deepEqual(await queue.cancel({ taskId, reason: "two" }), task);
    const done = await submitAndClaim(queue);
    await queue.finish({ ...done, outcome: COMPLETED });
    await assert.rejects(queue.cancel({ taskId: done.taskId, reason: "" }), (error) => {
      return error instanceof InvalidTransitionError && error.from === "completed" &&
        error.to === "cancelled";
    });
  });
}

function testTime(test: Test): void {
  test("a task whose worker is gone is given to another", async (fixture) => {
    const { queue, advance, leaseMs } = fixture;
    const { taskId, token } = await submitAndClaim(queue);
    const waiting = queue.claim({ worker: "w2", types: [TYPE], waitMs: leaseMs + 60_000 });
    await advance(leaseMs);
    await advance(60_000 - 1);
    const [task] = await waiting;
    assert.equal(task?.id, taskId);
    assert.equal(task.attempt, 2);
    assert.equal(task.failures[0]?.code, "lease_expired");
    await assert.rejects(queue.renew({ taskId, token }), LeaseLostError);
  });

  test("a delayed task wakes a waiting claimer when its time has come", async (fixture) => {
    const { queue, advance } = fixture;
    const { taskId } = await queue.submit({ type: TYPE, payload: {}, delayMs: 1_000 });
    assert.deepEqual(await queue.claim({ worker: "w", types: [TYPE] }), []);
    const waiting = queue.claim({ worker: "w", types: [TYPE], waitMs: 10_000 });
    await advance(1_000);
    assert.deepEqual((await waiting).map(({ id }) => id), [taskId]);
  });

  test("a task fails at its deadline, and waiters hear of it", async ({ queue, advance }) => {
    const { taskId } = await queue.submit({ type: TYPE, payload: {}, deadlineMs: 1_000 });
    const waiting = queue.wait({ taskId });
    await advance(1_000);
    const task = await waiting;
    assert.equal(task?.status, "failed");
    assert.equal(task.error?.code, "deadline_exceeded");
  });
}

function testStatus(test: Test): void {
  test("status says what the node takes and, in detail, how busy it is", async (fixture) => {
    const { queue, taskTypes } = fixture;
    await submitAndClaim(queue);
    await queue.submit({ type: TYPE, payload: {} });
    const brief = await queue.status();
    assert.deepEqual(brief.taskTypes, taskTypes);
    assert.equal(brief.peerId, queue.peerId);
    assert.equal(brief.counts, undefined);
    const { counts } = await queue.status({ detail: true });
    assert.deepEqual(counts, { queued: 1, running: 1, completed: 0, failed: 0, cancelled: 0 });
  });
}
