import assert from "node:assert/strict";
import { TooManyWaitersError } from "../../../../src/taskqueue/mod.ts";
import { TaskWatchers } from "../../../../src/taskqueue/local/task_watchers.ts";
import { WorkWaiters } from "../../../../src/taskqueue/local/work_waiters.ts";
import { withLocalQueue } from "../with_local_queue.ts";

const signal = new AbortController().signal;

/** Whether a promise is settled after everything that is due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const later = new Promise((resolve) => setImmediate(() => resolve(pending)));
  return await Promise.race([promise, later]) !== pending;
}

Deno.test("WorkWaiters wakes the first one that takes the type, and no other", async () => {
  const waiters = new WorkWaiters(10);
  using other = waiters.join(["b"]);
  using first = waiters.join(["a", "b"]);
  using second = waiters.join(["a"]);
  const news = [other, first, second].map((waiter) => waiter.waitForNews(signal));
  waiters.wake(["a"]);
  assert.deepEqual(await Promise.all(news.map(isSettled)), [false, true, false]);
  waiters.wakeAll();
  await Promise.all(news);
});

Deno.test("WorkWaiters passes the news on when somebody leaves", async () => {
  const waiters = new WorkWaiters(10);
  const first = waiters.join(["a", "b"]);
  using second = waiters.join(["a"]);
  using third = waiters.join(["b"]);
  const news = [second, third].map((waiter) => waiter.waitForNews(signal));
  waiters.wake(["a"]);
  assert.deepEqual(await Promise.all(news.map(isSettled)), [false, false]);
  first[Symbol.dispose]();
  assert.deepEqual(await Promise.all(news.map(isSettled)), [true, true]);
});

Deno.test("WorkWaiters keeps news that come while nobody waits for them", async () => {
  const waiters = new WorkWaiters(10);
  using waiter = waiters.join(["a"]);
  waiters.wake(["a"]);
  await waiter.waitForNews(signal);
  const next = waiter.waitForNews(signal);
  assert.equal(await isSettled(next), false);
  waiters.wake(["a"]);
  await next;
});

Deno.test("WorkWaiters has room for so many and no more, and frees what is left", () => {
  const waiters = new WorkWaiters(1);
  const first = waiters.join(["a"]);
  assert.throws(() => waiters.join(["a"]), TooManyWaitersError);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(waiters.count, 0);
  using _second = waiters.join(["a"]);
  assert.throws(() => waiters.join(["a"]), TooManyWaitersError);
});

Deno.test("TaskWatchers has room for so many and no more, and frees what is left", () => {
  const watchers = new TaskWatchers(2);
  const first = watchers.watch("a");
  using _second = watchers.watch("a");
  assert.throws(() => watchers.watch("b"), TooManyWaitersError);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(watchers.count, 1);
});

Deno.test("TaskWatchers gives the newest state only", async () => {
  await withLocalQueue(async ({ queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const task = await queue.get(taskId);
    assert.ok(task);
    const watchers = new TaskWatchers(2);
    using watcher = watchers.watch(taskId);
    watchers.publish({ ...task, updatedAtMs: 1 });
    watchers.publish({ ...task, updatedAtMs: 2 });
    watchers.publish({ ...task, id: "other", updatedAtMs: 3 });
    assert.equal((await watcher.take(signal)).updatedAtMs, 2);
    assert.equal(await isSettled(watcher.take(signal)), false);
    watchers.publish(task);
  });
});

Deno.test("LocalTaskQueue lets only so many wait", async () => {
  await withLocalQueue(async ({ queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const waiting = queue.wait({ taskId });
    await assert.rejects(queue.wait({ taskId }), TooManyWaitersError);
    await queue.cancel({ taskId, reason: "" });
    await waiting;
    const claiming = queue.claim({ worker: "w", types: ["text"], waitMs: 1_000 });
    const another = queue.claim({ worker: "w", types: ["text"], waitMs: 1_000 });
    await assert.rejects(another, TooManyWaitersError);
    await queue.submit({ type: "text", payload: {} });
    assert.equal((await claiming).length, 1);
  }, { limits: { maxWaiters: 1 } });
});
