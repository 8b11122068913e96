import assert from "node:assert/strict";
import type { TaskStore } from "../../../src/store/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import { LeaseLostError, type Task, TaskNotFoundError } from "../../../src/task/mod.ts";
import type { LocalTaskQueue } from "../../../src/taskqueue/mod.ts";
import { type LocalFixture, withLocalQueue } from "./with_local_queue.ts";

// Each of these holds a promise that an earlier system of this kind did not keep.

const DONE = { status: "completed", result: { answer: 42 } } as const;
const FAILED = {
  status: "failed",
  error: { code: "executor_failed", message: "no luck" },
  retryable: true,
} as const;
const HOUR_MS = 3_600_000;

function test(title: string, body: (fixture: LocalFixture) => Promise<void>): void {
  Deno.test(`LocalTaskQueue ${title}`, () => withLocalQueue(body));
}

async function lease(queue: LocalTaskQueue, worker = "w1"): Promise<Task & { token: string }> {
  const [task] = await queue.claim({ worker, types: ["text"] });
  assert.ok(task?.lease);
  return { ...task, token: task.lease.token };
}

async function submitAndLease(queue: LocalTaskQueue, worker?: string) {
  await queue.submit({ type: "text", payload: {} });
  const { id: taskId, token } = await lease(queue, worker);
  return { taskId, token };
}

/** Counts what the store is asked for. */
function countCalls() {
  const store = createMemoryTaskStore();
  const calls = new Map<string, number>();
  const counted = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.apply(member, target, args);
      };
    },
  });
  const total = () => [...calls.values()].reduce((sum, count) => sum + count, 0);
  return { openStore: (): TaskStore => counted, calls, total };
}

test("gives the task of a dead worker to another, and fails it after its last attempt", async (f) => {
  const { queue, clock } = f;
  const { taskId } = await queue.submit({ type: "text", payload: {}, maxAttempts: 2 });
  for (const worker of ["dies", "dies too"]) {
    await lease(queue, worker);
    await clock.advance(HOUR_MS);
  }
  const task = await queue.get(taskId);
  assert.equal(task?.status, "failed");
  assert.deepEqual(task.failures.map(({ worker, code }) => [worker, code]), [
    ["dies", "lease_expired"],
    ["dies too", "lease_expired"],
  ]);
});

test("takes the result of the holder only, once, and never that of a task it has not", async (f) => {
  const { queue, clock } = f;
  const first = await submitAndLease(queue, "slow");
  await clock.advance(HOUR_MS);
  const second = await lease(queue, "quick");
  assert.equal(second.id, first.taskId);
  await assert.rejects(queue.finish({ ...first, outcome: DONE }), LeaseLostError);
  await queue.finish({ taskId: second.id, token: second.token, outcome: DONE });
  const other = { status: "completed", result: { answer: 7 } } as const;
  await assert.rejects(queue.finish({ ...first, outcome: other }), LeaseLostError);
  assert.deepEqual((await queue.get(first.taskId))?.result, { answer: 42 });
  const unknown = queue.finish({ taskId: "nope", token: "nope:1:00", outcome: DONE });
  await assert.rejects(unknown, TaskNotFoundError);
});

test("is not told by a late sign of life that a finished task runs again", async ({ queue }) => {
  const held = await submitAndLease(queue);
  const task = await queue.finish({ ...held, outcome: DONE });
  await assert.rejects(queue.renew({ ...held, progress: { step: 9 } }), LeaseLostError);
  await assert.rejects(queue.heartbeat({ lease: held }), LeaseLostError);
  assert.deepEqual(await queue.get(held.taskId), task);
});

test("keeps what a report does not mention", async ({ queue, clock }) => {
  const held = await submitAndLease(queue);
  await queue.finish({ ...held, outcome: FAILED });
  await clock.advance(HOUR_MS);
  const { id: taskId, token } = await lease(queue);
  await queue.renew({ taskId, token, progress: { a: 1 } });
  await queue.renew({ taskId, token });
  await queue.renew({ taskId, token, progress: { b: 2 } });
  const task = await queue.get(taskId);
  assert.deepEqual(task?.progress, { a: 1, b: 2 });
  assert.equal(task.failures[0]?.message, "no luck");
});

test("finds an urgent task behind any number of older ones", async ({ queue }) => {
  const many = Array.from({ length: 250 }, () => ({ type: "text", payload: {} }));
  await queue.submitMany(many);
  const { taskId } = await queue.submit({ type: "text", payload: {}, priority: 10 });
  assert.equal((await lease(queue)).id, taskId);
});

test("gives the node's own worker its turn by the same rules as a peer's", async ({ queue }) => {
  const ask = (claimer?: string) =>
    queue.claim({ worker: "w", types: ["text"], limit: 64, ...(claimer && { claimer }) });
  for (let round = 0; round < 2; round++) {
    await ask();
    await ask("peer");
  }
  const many = Array.from({ length: 40 }, () => ({ type: "text", payload: {} }));
  await queue.submitMany(many);
  const { taskId } = await queue.submit({ type: "text", payload: {}, priority: 10 });
  const [own, ofPeer] = [await ask(), await ask("peer")];
  assert.equal(own.length + ofPeer.length, 41);
  assert.ok(own.length > 4 && ofPeer.length > 4, `${own.length} and ${ofPeer.length}`);
  // Whoever owns it, it was the first.
  assert.ok(own[0]?.id === taskId || ofPeer[0]?.id === taskId);
});

Deno.test("LocalTaskQueue asks the store nothing while callers wait", async () => {
  const { openStore, total } = countCalls();
  await withLocalQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "other", payload: {} });
    const waits = Array.from({ length: 50 }, (_, n) => [
      queue.wait({ taskId, timeoutMs: 59_000 }),
      queue.watch({ taskId, timeoutMs: 59_000, onEvent: () => {} }),
      queue.claim({ worker: `w${n}`, types: ["text"], waitMs: 59_000 }),
    ]).flat();
    await clock.advance(1_000);
    const before = total();
    await clock.advance(57_000);
    assert.equal(total(), before);
    await queue.cancel({ taskId, reason: "" });
    await clock.advance(1_000);
    await Promise.all(waits);
  }, { openStore });
});

Deno.test("LocalTaskQueue wakes one of many waiting claimers for one task", async () => {
  const { openStore, calls } = countCalls();
  await withLocalQueue(async ({ queue, clock }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const claims = Array.from(
      { length: 1_000 },
      (_, n) => queue.claim({ worker: `w${n}`, types: ["text"], waitMs: 59_000 }, { signal }),
    );
    const settled = Promise.allSettled(claims);
    await clock.advance(0);
    const before = calls.get("claim") ?? 0;
    await queue.submit({ type: "text", payload: {} });
    await clock.advance(0);
    assert.equal((calls.get("claim") ?? 0) - before, 1);
    controller.abort(new Error("the test is over"));
    const done = (await settled).filter(({ status }) => status === "fulfilled");
    assert.equal(done.length, 1);
  }, { openStore });
});

test("hands on what a claimer was woken for and has not taken", async ({ queue, clock }) => {
  const controller = new AbortController();
  const wish = { worker: "w", types: ["text"], waitMs: 59_000 };
  const leaving = assert.rejects(queue.claim(wish, { signal: controller.signal }), /gone/);
  const staying = queue.claim(wish);
  await clock.advance(0);
  const submitting = queue.submit({ type: "text", payload: {} });
  controller.abort(new Error("gone"));
  const { taskId } = await submitting;
  await leaving;
  assert.equal((await staying)[0]?.id, taskId);
});

test("leaves no task lying when claimers take others than those they were woken for", async (f) => {
  const { queue, clock } = f;
  const both = { types: ["a", "b"], waitMs: 59_000 };
  const claims = [
    queue.claim({ worker: "w1", ...both }),
    queue.claim({ worker: "w2", types: ["b"], waitMs: 59_000 }),
    queue.claim({ worker: "w3", types: ["a"], waitMs: 59_000 }),
  ];
  await clock.advance(0);
  // The first claimer is woken for the first task, and takes the second one.
  await Promise.all([
    queue.submit({ type: "a", payload: {}, priority: 1 }),
    queue.submit({ type: "b", payload: {}, priority: 9 }),
  ]);
  await clock.advance(0);
  assert.equal((await queue.counts()).total.queued, 0);
  await clock.advance(60_000);
  await Promise.all(claims);
});

test("returns at once from a wait of no time", async ({ queue, clock }) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  await clock.advance(0);
  const before = clock.pendingTimers;
  assert.equal((await queue.wait({ taskId, timeoutMs: 0 }))?.status, "queued");
  const watched = await queue.watch({ taskId, timeoutMs: 0, onEvent: () => {} });
  assert.equal(watched?.task.status, "queued");
  assert.equal(clock.pendingTimers, before);
});

test("forgets finished tasks and their logs in time", async ({ queue, store, clock }) => {
  const held = await submitAndLease(queue);
  await queue.renew({ ...held, logs: [{ stream: "stdout", message: "line" }] });
  await queue.finish({ ...held, outcome: DONE });
  await clock.advance(queue.limits.retentionMs + 60_001);
  assert.equal(await queue.get(held.taskId), undefined);
  const logs = store.logs({ taskId: held.taskId, afterSeq: 0, limit: 10 });
  await assert.rejects(logs, TaskNotFoundError);
});

test("makes one task of a submission that is sent twice", async ({ queue }) => {
  const work = { type: "text", payload: { n: 1 } };
  const byKey = { ...work, idempotencyKey: "k" };
  const byId = { ...work, taskId: "mine" };
  for (const input of [byKey, byKey, byId, byId]) await queue.submit(input);
  assert.equal((await queue.list({})).length, 2);
});

test("gives nothing away of a lease to whoever has only its task's id", async ({ queue }) => {
  const { taskId } = await submitAndLease(queue);
  const guess = { taskId, token: `${taskId}:1:0123456789abcdef` };
  await assert.rejects(queue.finish({ ...guess, outcome: DONE }), LeaseLostError);
  await assert.rejects(queue.release({ ...guess, reason: "" }), LeaseLostError);
  assert.equal((await queue.get(taskId))?.status, "running");
});
