import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, waitForAbort } from "../../../src/concurrency/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import type { Task } from "../../../src/task/mod.ts";
import {
  createLocalTaskQueue,
  type FinishWork,
  type LocalTaskQueue,
} from "../../../src/taskqueue/mod.ts";
import { StoreBusyError } from "../../../src/store/mod.ts";
import { getLogger, MetricsRegistry } from "../../../src/telemetry/mod.ts";
import {
  ExecutionError,
  type Executor,
  type ExecutorContext,
  Worker,
  type WorkerOptions,
} from "../../../src/worker/mod.ts";

const LEASE_MS = 30_000;

interface Bench {
  readonly clock: FakeClock;
  readonly queue: LocalTaskQueue;
  readonly worker: Worker;
  readonly metrics: MetricsRegistry;
  /** Interrupts the worker. */
  stop(): void;
}

/** A worker over a queue in memory, with a clock that stands still unless told otherwise. */
async function withWorker(
  options: Partial<WorkerOptions> & Pick<WorkerOptions, "executors">,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock(1_000_000);
  await using store = createMemoryTaskStore();
  const queue = createLocalTaskQueue({ store, peerId: "peer", clock }, { leaseMs: LEASE_MS });
  const metrics = new MetricsRegistry();
  const worker = new Worker({
    queue,
    name: "worker",
    clock,
    metrics,
    logger: getLogger("test"),
    ...options,
  });
  await runTaskGroup(async (group) => {
    const stopping = new AbortController();
    group.spawn("worker", () => worker.run(stopping.signal));
    try {
      await use({ clock, queue, worker, metrics, stop: () => stopping.abort() });
    } finally {
      stopping.abort();
    }
  });
}

function executor(
  execute: (task: Task, context: ExecutorContext) => Promise<JsonObject> | JsonObject,
): Executor {
  return { type: "work", execute: async (task, context) => await execute(task, context) };
}

async function submit(queue: LocalTaskQueue, payload: JsonObject = {}, maxAttempts = 3) {
  return (await queue.submit({ type: "work", payload, maxAttempts })).taskId;
}

/** An executor that tells when it has begun and runs until told to go on. */
function heldExecutor() {
  const begun = Promise.withResolvers<ExecutorContext>();
  const release = Promise.withResolvers<JsonObject>();
  const work = executor(async (_task, context) => {
    begun.resolve(context);
    const interrupted = waitForAbort(context.signal).then(() => {
      throw context.signal.reason;
    });
    return await Promise.race([release.promise, interrupted]);
  });
  return { work, begun: begun.promise, release: release.resolve };
}

Deno.test("Worker executes a task and stores its result", async () => {
  const work = executor(({ payload }) => ({ doubled: Number(payload["n"]) * 2 }));
  await withWorker({ executors: [work] }, async ({ queue, worker, metrics }) => {
    const taskId = await submit(queue, { n: 21 });
    const task = await queue.wait({ taskId });
    assert.equal(task?.status, "completed");
    assert.deepEqual(task?.result, { doubled: 42 });
    assert.equal(task?.assignedWorker, "worker");
    await worker.drain();
    assert.deepEqual(worker.statistics(), {
      running: 0,
      completed: 1,
      failed: 0,
      interrupted: 0,
      claimFailures: 0,
    });
    assert.match(await metrics.expose(), /mcpp_attempts_total\{type="work",outcome="ok"\} 1/);
  });
});

Deno.test("Worker fails a task for good when the executor says so", async () => {
  const work = executor(() => {
    throw new ExecutionError("no such model", { code: "no_model", retryable: false });
  });
  await withWorker({ executors: [work] }, async ({ queue }) => {
    const task = await queue.wait({ taskId: await submit(queue) });
    assert.equal(task?.status, "failed");
    assert.deepEqual(task?.error, { code: "no_model", message: "no such model" });
    assert.equal(task?.attempt, 1);
  });
});

Deno.test("Worker has a failed attempt tried again, and the history kept", async () => {
  const work = executor((task) => {
    if (task.attempt === 1) throw new Error("hiccup");
    return { attempt: task.attempt };
  });
  await withWorker({ executors: [work] }, async ({ queue, clock }) => {
    const taskId = await submit(queue);
    const waiting = queue.wait({ taskId, timeoutMs: 600_000 });
    const first = await untilFailures(queue, taskId, 1);
    assert.equal(first.status, "queued");
    await clock.advance(120_000);
    await queue.sweep();
    const task = await waiting;
    assert.deepEqual(task?.result, { attempt: 2 });
    assert.deepEqual(task?.failures.map(({ code, attempt }) => [code, attempt]), [[
      "executor_failed",
      1,
    ]]);
  });
});

async function untilFailures(queue: LocalTaskQueue, taskId: string, count: number): Promise<Task> {
  for (;;) {
    const task = await queue.get(taskId);
    if (task !== undefined && task.failures.length >= count) return task;
    await Promise.resolve();
  }
}

Deno.test("Worker keeps the lease of a long task alive and reports progress", async () => {
  const { work, begun, release } = heldExecutor();
  await withWorker({ executors: [work] }, async ({ queue, clock }) => {
    const taskId = await submit(queue);
    const { reportProgress } = await begun;
    const seen: (JsonObject | null)[] = [];
    const waiting = queue.wait({
      taskId,
      timeoutMs: 3_600_000,
      onProgress: (task) => seen.push(task.progress),
    });
    reportProgress({ step: 1 });
    for (let round = 0; round < 20; round++) {
      await clock.advance(LEASE_MS / 2);
      await queue.sweep();
    }
    assert.equal((await queue.get(taskId))?.attempt, 1);
    release({ done: true });
    assert.equal((await waiting)?.status, "completed");
    assert.ok(seen.some((progress) => progress?.["step"] === 1), JSON.stringify(seen));
  });
});

Deno.test("Worker interrupts a task that was cancelled and reports nothing", async () => {
  const { work, begun } = heldExecutor();
  await withWorker({ executors: [work] }, async ({ queue, clock, worker }) => {
    const taskId = await submit(queue);
    const { signal } = await begun;
    await queue.cancel({ taskId, reason: "changed my mind" });
    await clock.advance(LEASE_MS);
    assert.ok(signal.aborted);
    await worker.drain();
    assert.equal((await queue.get(taskId))?.status, "cancelled");
    assert.equal(worker.statistics().interrupted, 1);
  });
});

Deno.test("Worker gives running tasks back when it is stopped", async () => {
  const { work, begun } = heldExecutor();
  await withWorker({ executors: [work] }, async ({ queue, worker, stop }) => {
    const taskId = await submit(queue);
    await begun;
    stop();
    await worker.drain();
    const task = await queue.get(taskId);
    assert.equal(task?.status, "queued");
    assert.equal(task?.attempt, 0);
  });
});

Deno.test("Worker.drain lets the running task finish and claims no other", async () => {
  const { work, begun, release } = heldExecutor();
  await withWorker({ executors: [work] }, async ({ queue, worker }) => {
    const first = await submit(queue);
    await begun;
    const drained = worker.drain();
    const second = await submit(queue);
    release({ done: true });
    await drained;
    assert.equal((await queue.get(first))?.status, "completed");
    assert.equal((await queue.get(second))?.status, "queued");
  });
});

Deno.test("Worker runs as many tasks at once as it may, and no more", async () => {
  const releases: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = executor(async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => releases.push(resolve));
    running--;
    return {};
  });
  await withWorker({ executors: [work], concurrency: 2 }, async ({ queue }) => {
    const taskIds = await Promise.all(Array.from({ length: 5 }, () => submit(queue)));
    const waits = Promise.all(taskIds.map((taskId) => queue.wait({ taskId })));
    for (let finished = 0; finished < 5;) {
      const release = releases.shift();
      if (release === undefined) await Promise.resolve();
      else {
        release();
        finished++;
      }
    }
    const tasks = await waits;
    assert.ok(tasks.every((task) => task?.status === "completed"));
    assert.equal(most, 2);
  });
});

Deno.test("Worker claims again after a claim that failed", async () => {
  const failing = { left: 2 };
  const clock = new FakeClock();
  await using store = createMemoryTaskStore();
  const queue = createLocalTaskQueue({ store, peerId: "peer", clock });
  const flaky = new Proxy(queue, {
    get(target, name) {
      if (name === "claim" && failing.left-- > 0) return () => Promise.reject(new Error("away"));
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const worker = new Worker({
    queue: flaky,
    name: "worker",
    executors: [executor(() => ({}))],
    clock,
    metrics: new MetricsRegistry(),
    logger: getLogger("test"),
  });
  await runTaskGroup(async (group) => {
    const stopping = new AbortController();
    group.spawn("worker", () => worker.run(stopping.signal));
    const taskId = await submit(queue);
    const waiting = queue.wait({ taskId, timeoutMs: 600_000 });
    assert.equal(worker.statistics().claimFailures, 1);
    await clock.advance(60_000);
    assert.equal((await waiting)?.status, "completed");
    assert.equal(worker.statistics().claimFailures, 0);
    stopping.abort();
  });
});

Deno.test("Worker appends the lines of an executor to the task's log, the last ones too", async () => {
  const work = executor((_task, context) => {
    context.log("stdout", "first");
    context.log("stderr", "second");
    return {};
  });
  await withWorker({ executors: [work] }, async ({ queue }) => {
    const taskId = await submit(queue);
    await queue.wait({ taskId });
    const lines: string[] = [];
    const watched = await queue.watch({
      taskId,
      timeoutMs: 0,
      onEvent: (event) => {
        if (event.kind === "log") lines.push(`${event.entry.stream} ${event.entry.message}`);
      },
    });
    assert.deepEqual(lines, ["stdout first", "stderr second"]);
    assert.equal(watched?.logCursor, 2);
  });
});

Deno.test("Worker hears of a cancellation at once, long before the next renewal", async () => {
  const { work, begun } = heldExecutor();
  await withWorker({ executors: [work] }, async ({ queue, clock }) => {
    const taskId = await submit(queue);
    const { signal } = await begun;
    await clock.advance(500);
    await queue.cancel({ taskId, reason: "changed my mind" });
    await clock.advance(0);
    assert.equal(signal.aborted, true);
  });
});

Deno.test("Worker claims with its tags and its session", async () => {
  const work = executor(() => ({}));
  const options = { executors: [work], offers: ["gpu"], session: "blue" };
  await withWorker(options, async ({ queue }) => {
    const task = { type: "work", payload: {}, requires: ["gpu"], session: "blue" };
    const { taskId } = await queue.submit(task);
    assert.equal((await queue.wait({ taskId }))?.status, "completed");
    const other = await queue.submit({ ...task, requires: ["gpu", "tpu"] });
    assert.equal((await queue.get(other.taskId))?.status, "queued");
  });
});

Deno.test("Worker delivers a result however often the queue is away, and works on meanwhile", async () => {
  const away = { reports: 0 };
  const work = executor(({ payload }) => payload);
  await using store = createMemoryTaskStore();
  const clock = new FakeClock(1_000_000);
  const queue = createLocalTaskQueue({ store, peerId: "peer", clock }, { leaseMs: 600_000 });
  const finish = (input: FinishWork) =>
    ++away.reports <= 12 ? Promise.reject(new StoreBusyError("x")) : queue.finish(input);
  const flaky = new Proxy(queue, {
    get(target, name) {
      if (name === "finish") return finish;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  await withWorker({ executors: [work], queue: flaky, clock, concurrency: 1 }, async () => {
    const first = await submit(queue, { n: 1 });
    const second = await submit(queue, { n: 2 });
    while (away.reports < 12) await clock.advance(5_000);
    await clock.advance(30_000);
    assert.equal((await queue.wait({ taskId: first }))?.status, "completed");
    assert.equal((await queue.wait({ taskId: second }))?.status, "completed");
  });
});

Deno.test("Worker refuses a concurrency that is no number of tasks, and two executors of one type", () => {
  const options = {
    queue: {} as WorkerOptions["queue"],
    name: "worker",
    clock: new FakeClock(),
    metrics: new MetricsRegistry(),
    logger: getLogger("test"),
  };
  const work = executor(() => ({}));
  for (const concurrency of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Worker({ ...options, executors: [work], concurrency }), RangeError);
  }
  assert.throws(() => new Worker({ ...options, executors: [work, work] }), TypeError);
});
