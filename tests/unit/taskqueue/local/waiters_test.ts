import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { TooManyWaitersError } from "../../../../src/taskqueue/mod.ts";
import { TaskWatchers } from "../../../../src/taskqueue/local/task_watchers.ts";
import { WaitDeadlines } from "../../../../src/taskqueue/local/wait_deadlines.ts";
import type { WorkOffer, WorkWish } from "../../../../src/taskqueue/local/work_offer.ts";
import { type WorkWaiter, WorkWaiters } from "../../../../src/taskqueue/local/work_waiters.ts";
import { withLocalQueue } from "../with_local_queue.ts";

function slot(clock = new FakeClock(0), signal?: AbortSignal) {
  return { timeoutMs: 60_000, deadlines: new WaitDeadlines(clock), signal };
}

function wish(types: readonly string[] | "any", members: Partial<WorkWish> = {}): WorkWish {
  return { peerId: "p", worker: "w", types, offers: [], session: null, ...members };
}

function offer(type: string, members: Partial<WorkOffer> = {}): WorkOffer {
  const id = `task ${type}`;
  return { id, type, model: "", requires: [], affinity: null, readyAtMs: 0, ...members };
}

/** Whether waiters have been woken for something. */
function wokenOf(waiters: readonly WorkWaiter[]): readonly boolean[] {
  return waiters.map(({ reason }) => reason !== undefined);
}

Deno.test("WorkWaiters wakes the first one that takes the type, and no other", () => {
  const waiters = new WorkWaiters(10);
  using other = waiters.join(wish(["b"]), slot());
  using first = waiters.join(wish(["a", "b"]), slot());
  using second = waiters.join(wish(["a"]), slot());
  using last = waiters.join(wish("any"), slot());
  const all = [other, first, second, last];
  assert.equal(waiters.wake(offer("a"), 0), true);
  assert.deepEqual(wokenOf(all), [false, true, false, false]);
  assert.equal(waiters.wake(offer("a"), 0), true);
  assert.deepEqual(wokenOf(all), [false, true, true, false]);
  assert.equal(waiters.wake(offer("z"), 0), true);
  assert.deepEqual(wokenOf(all), [false, true, true, true]);
  assert.equal(waiters.wake(offer("a"), 0), false);
});

Deno.test("WorkWaiters wakes whoever takes any type in its turn", () => {
  const waiters = new WorkWaiters(10);
  using any = waiters.join(wish("any"), slot());
  using named = waiters.join(wish(["a"]), slot());
  waiters.wake(offer("a"), 0);
  assert.deepEqual(wokenOf([any, named]), [true, false]);
});

Deno.test("WorkWaiters wakes only those who could have the task", () => {
  const waiters = new WorkWaiters(10);
  using plain = waiters.join(wish(["a"]), slot());
  using able = waiters.join(wish(["a"], { offers: ["big", "gpu"] }), slot());
  using guest = waiters.join(wish(["a"], { session: "s", worker: "v" }), slot());
  const all = [plain, able, guest];
  waiters.wake(offer("a", { requires: ["gpu"] }), 0);
  assert.deepEqual(wokenOf(all), [false, true, false]);
  const affinity = { worker: null, session: "s", untilMs: 100 };
  assert.equal(waiters.wake(offer("a", { affinity: { ...affinity, worker: "x" } }), 99), false);
  assert.equal(waiters.wake(offer("a", { affinity: { ...affinity, worker: "v" } }), 99), true);
  assert.deepEqual(wokenOf(all), [false, true, true]);
  assert.equal(waiters.wake(offer("a", { affinity }), 99), false);
  assert.equal(waiters.wake(offer("a", { affinity }), 100), true);
  assert.deepEqual(wokenOf(all), [true, true, true]);
});

Deno.test("WorkWaiters wakes a waiter of one peer", () => {
  const waiters = new WorkWaiters(10);
  using first = waiters.join(wish(["a"], { peerId: "p1" }), slot());
  using second = waiters.join(wish(["a"], { peerId: "p2" }), slot());
  assert.equal(waiters.wakePeer("p2", offer("b"), 0), false);
  assert.equal(waiters.wakePeer("p2", offer("a"), 0), true);
  assert.equal(waiters.wakePeer("p2", offer("a"), 0), false);
  assert.deepEqual(wokenOf([first, second]), [false, true]);
});

Deno.test("WorkWaiters wakes one of each kind", () => {
  const waiters = new WorkWaiters(10);
  const wishes = [
    wish(["a"]),
    wish(["a"]),
    wish(["b"]),
    wish("any"),
    wish(["a"], { offers: ["x"] }),
  ];
  const all = wishes.map((each) => waiters.join(each, slot()));
  waiters.wakeType("a");
  assert.deepEqual(wokenOf(all), [true, false, false, true, true]);
  waiters.wakeEachPool();
  assert.deepEqual(wokenOf(all), [true, true, true, true, true]);
  for (const waiter of all) waiter[Symbol.dispose]();
  assert.equal(waiters.count, 0);
  assert.deepEqual([...waiters.wishes()], []);
});

Deno.test("WorkWaiter keeps news that come while nobody waits for them", async () => {
  const waiters = new WorkWaiters(10);
  using waiter = waiters.join(wish(["a"]), slot());
  waiters.wake(offer("a"), 0);
  assert.equal(await waiter.wait(), "news");
  assert.deepEqual(waiter.listen(), offer("a"));
  assert.equal(waiter.reason, undefined);
  const next = waiter.wait();
  waiters.wake(offer("a"), 0);
  assert.equal(await next, "news");
});

Deno.test("WorkWaiter has one time for all of its waits", async () => {
  const clock = new FakeClock(0);
  const waiters = new WorkWaiters(10);
  const waiter = waiters.join(wish(["a"]), slot(clock));
  const first = waiter.wait();
  await clock.advance(59_999);
  waiters.wake(offer("a"), 0);
  assert.equal(await first, "news");
  const second = waiter.wait();
  await clock.advance(1);
  assert.equal(await second, "timeout");
  assert.equal(await waiter.wait(), "timeout");
  waiter[Symbol.dispose]();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("WorkWaiter ends with the reason of its signal", async () => {
  const clock = new FakeClock(0);
  const controller = new AbortController();
  const waiters = new WorkWaiters(10);
  const waiter = waiters.join(wish(["a"]), slot(clock, controller.signal));
  const waiting = assert.rejects(waiter.wait(), /gave up/);
  controller.abort(new Error("gave up"));
  await waiting;
  await assert.rejects(waiter.wait(), /gave up/);
  waiter[Symbol.dispose]();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("WorkWaiters has room for so many and no more, and frees what is left", () => {
  const waiters = new WorkWaiters(1);
  const first = waiters.join(wish(["a"]), slot());
  assert.throws(() => waiters.join(wish(["a"]), slot()), TooManyWaitersError);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(waiters.count, 0);
  using _second = waiters.join(wish(["a"]), slot());
  assert.throws(() => waiters.join(wish(["a"]), slot()), TooManyWaitersError);
});

Deno.test("TaskWatchers has room for so many and no more, and frees what is left", () => {
  const watchers = new TaskWatchers(2);
  const first = watchers.watch("a", slot());
  using _second = watchers.watch("a", slot());
  assert.throws(() => watchers.watch("b", slot()), TooManyWaitersError);
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
    using watcher = watchers.watch(taskId, slot());
    watchers.publish({ ...task, updatedAtMs: 1 });
    watchers.publish({ ...task, updatedAtMs: 2 });
    watchers.publish({ ...task, id: "other", updatedAtMs: 3 });
    assert.equal(await watcher.wait(), "news");
    assert.equal(watcher.take()?.updatedAtMs, 2);
    assert.equal(watcher.take(), undefined);
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
