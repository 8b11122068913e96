import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import { StoreBusyError, type TaskStore } from "../../../../src/store/mod.ts";
import { createLocalTaskQueue, runSweeper } from "../../../../src/taskqueue/mod.ts";
import type { Logger } from "../../../../src/telemetry/mod.ts";
import { withLocalQueue } from "../with_local_queue.ts";

const LEASE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Counts the calls of `expire`; the first ones fail. */
function watchStore(failures: readonly Error[] = []) {
  const store = createMemoryTaskStore();
  const expire = store.expire.bind(store);
  const left = [...failures];
  let sweeps = 0;
  const watched: TaskStore = Object.assign(store, {
    expire: (sweep: Parameters<TaskStore["expire"]>[0]) => {
      sweeps++;
      const failure = left.shift();
      return failure === undefined ? expire(sweep) : Promise.reject(failure);
    },
  });
  return { store: watched, sweeps: () => sweeps };
}

function collectWarnings(): { readonly logger: Logger; readonly warnings: string[] } {
  const warnings: string[] = [];
  const ignore = () => {};
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: (message) => warnings.push(message),
    error: ignore,
    with: () => logger,
  };
  return { logger, warnings };
}

Deno.test("runSweeper sleeps until something is due", async () => {
  const { store, sweeps } = watchStore();
  await withLocalQueue(async ({ queue, clock }) => {
    await clock.advance(0);
    assert.equal(sweeps(), 1);
    await queue.submit({ type: "text", payload: {}, deadlineMs: 10_000 });
    await clock.advance(9_999);
    assert.equal(sweeps(), 1);
    await clock.advance(1);
    assert.equal(sweeps(), 2);
  }, { openStore: () => store });
});

Deno.test("runSweeper wakes a claimer when a delay is over, without looking through the store", async () => {
  const { store, sweeps } = watchStore();
  await withLocalQueue(async ({ queue, clock }) => {
    await clock.advance(0);
    const { taskId } = await queue.submit({ type: "text", payload: {}, delayMs: 10_000 });
    const claiming = queue.claim({ worker: "w", types: ["text"], waitMs: 20_000 });
    await clock.advance(10_000);
    assert.equal((await claiming)[0]?.id, taskId);
    assert.equal(sweeps(), 1);
  }, { openStore: () => store });
});

Deno.test("runSweeper wakes a claimer for a delayed task of an earlier life", async () => {
  const store = createMemoryTaskStore();
  const clock = new FakeClock(0);
  const before = createLocalTaskQueue({ store, peerId: "", clock });
  const { taskId } = await before.submit({ type: "text", payload: {}, delayMs: 10_000 });
  await clock.advance(1_000);
  const queue = createLocalTaskQueue({ store, peerId: "", clock });
  const controller = new AbortController();
  const sweeping = runSweeper(queue, { clock, signal: controller.signal });
  const claiming = queue.claim({ worker: "w", types: ["text"], waitMs: 20_000 });
  await clock.advance(9_000);
  assert.equal((await claiming)[0]?.id, taskId);
  controller.abort(new Error("the test is over"));
  await sweeping;
});

Deno.test("runSweeper wakes claimers also for delayed tasks that are too many to be noted", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    const far = Array.from(
      { length: 250 },
      () => ({ type: "far", payload: {}, delayMs: 3_600_000 }),
    );
    for (let batch = 0; batch < 80; batch++) await queue.submitMany(far);
    const { taskId } = await queue.submit({ type: "text", payload: {}, delayMs: 10_000 });
    const claiming = queue.claim({ worker: "w", types: ["text"], waitMs: 20_000 });
    await clock.advance(10_000);
    assert.equal((await claiming)[0]?.id, taskId);
  });
});

Deno.test("runSweeper backs off more with each lost attempt", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {}, maxAttempts: 4 });
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      await queue.claim({ worker: "w", types: ["text"] });
      await clock.advance(LEASE_MS);
      const task = await queue.get(taskId);
      assert.equal(task?.status, "queued");
      delays.push(task.notBeforeMs - task.updatedAtMs);
      await clock.advance(delays.at(-1) ?? 0);
    }
    // Half of each delay is random; the random number is 0.5.
    assert.deepEqual(delays, [375, 750, 1_500]);
    await queue.claim({ worker: "w", types: ["text"] });
    await clock.advance(LEASE_MS);
    assert.equal((await queue.get(taskId))?.status, "failed");
  });
});

Deno.test("runSweeper finds what an earlier life of the node has left", async () => {
  const store = createMemoryTaskStore();
  const clock = new FakeClock(0);
  const before = createLocalTaskQueue({ store, peerId: "", clock });
  const { taskId } = await before.submit({ type: "text", payload: {} });
  await before.claim({ worker: "w", types: ["text"] });
  await clock.advance(LEASE_MS);
  const queue = createLocalTaskQueue({ store, peerId: "", clock });
  const controller = new AbortController();
  const sweeping = runSweeper(queue, { clock, signal: controller.signal });
  await clock.advance(0);
  assert.equal((await queue.get(taskId))?.status, "queued");
  controller.abort(new Error("the test is over"));
  await sweeping;
});

Deno.test("runSweeper deletes final tasks that are old, all of them", async () => {
  await withLocalQueue(async ({ queue, store, clock }) => {
    for (let n = 0; n < 600; n++) {
      const { taskId } = await queue.submit({ type: "text", payload: {} });
      await queue.cancel({ taskId, reason: "" });
    }
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    await clock.advance(DAY_MS - 60_000);
    assert.equal((await store.counts()).cancelled, 600);
    await clock.advance(120_000);
    assert.equal((await store.counts()).cancelled, 0);
    assert.equal((await queue.get(taskId))?.status, "queued");
  });
});

Deno.test("runSweeper tries again when the store is busy", async () => {
  const { store } = watchStore([new StoreBusyError("x"), new StoreBusyError("x")]);
  const clock = new FakeClock(0);
  const queue = createLocalTaskQueue({ store, peerId: "", clock });
  const { logger, warnings } = collectWarnings();
  const controller = new AbortController();
  const sweeping = runSweeper(queue, { clock, logger, signal: controller.signal });
  const { taskId } = await queue.submit({ type: "text", payload: {}, deadlineMs: 50 });
  await clock.advance(1_000);
  assert.equal(warnings.length, 2);
  assert.equal((await queue.get(taskId))?.status, "failed");
  controller.abort(new Error("the test is over"));
  await sweeping;
});

Deno.test("runSweeper does not hide a fault of the program", async () => {
  const { store } = watchStore([new TypeError("a fault")]);
  const queue = createLocalTaskQueue({ store, peerId: "" });
  await assert.rejects(runSweeper(queue, { signal: new AbortController().signal }), TypeError);
});
