import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { ToolProgress } from "../../../../src/mcp/mod.ts";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import { createLocalTaskQueue, type TaskEvent } from "../../../../src/taskqueue/mod.ts";
import { waitTask } from "../../../../src/tools/mod.ts";
import { makeTask } from "../../worker/make_task.ts";
import { createFakeQueueDeps } from "../fake_queue.ts";
import { runBound } from "../run_bound.ts";

const running = makeTask({ id: "t", logCount: 2 });
const done = makeTask({ id: "t", status: "completed", lease: null, result: { n: 1 } });

function log(seq: number): TaskEvent {
  return { kind: "log", entry: { seq, atMs: 0, stream: "stderr", message: `line ${seq}` } };
}

/** A queue whose task tells these events while it is waited for, and then completes. */
function telling(events: readonly TaskEvent[]) {
  return createFakeQueueDeps({
    get: () => Promise.resolve(running),
    watch({ onEvent }) {
      events.forEach(onEvent);
      return Promise.resolve({ task: done, logCursor: 9 });
    },
  });
}

Deno.test("p2p_taskqueue_wait_task passes states and lines of log on, each with a larger number", async () => {
  const deps = telling([
    { kind: "task", task: running },
    log(3),
    { kind: "task", task: { ...running, progress: { step: 2 } } },
  ]);
  const progress: ToolProgress[] = [];
  const { structuredContent } = await runBound(waitTask, deps, { "task_id": "t" }, progress);
  assert.deepEqual(structuredContent["task"] !== null, true);
  assert.deepEqual(progress, [
    { progress: 1, message: "running" },
    { progress: 2, message: "stderr: line 3" },
    { progress: 3, message: 'running {"step":2}' },
  ]);
});

Deno.test("p2p_taskqueue_wait_task tells only new lines, or those behind a given one", async () => {
  const afterLog = async (args: object) => {
    const deps = telling([]);
    await runBound(waitTask, deps, { "task_id": "t", ...args });
    const watch = deps.calls.find(({ method }) => method === "watch");
    return (watch?.input as { afterLog: number }).afterLog;
  };
  assert.equal(await afterLog({}), 2);
  assert.equal(await afterLog({ after: 0 }), 0);
  assert.equal(await afterLog({ after: 7 }), 7);
});

Deno.test("p2p_taskqueue_wait_task keeps the measure of a tool that reports one", async () => {
  const report = (progress: number) => ({
    kind: "task" as const,
    task: { ...running, progress: { progress, total: 4, message: `part ${progress}` } },
  });
  const progress: ToolProgress[] = [];
  const deps = telling([report(1), log(3), report(2), report(1), report(4)]);
  await runBound(waitTask, deps, { "task_id": "t" }, progress);
  assert.deepEqual(progress.map(({ message }) => message), [
    "running: part 1",
    "stderr: line 3",
    "running: part 2",
    "running: part 1",
    "running: part 4",
  ]);
  assert.deepEqual(progress.map(({ progress }) => Math.round(progress * 1000) / 1000), [
    ...[1, 1, 2, 2, 4],
  ]);
  assert.ok(progress.every(({ total }) => total === 4));
  const numbers = progress.map((report) => report.progress);
  assert.ok(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)));
});

Deno.test("p2p_taskqueue_wait_task tells that it waits when there is no news, and stops at the end", async () => {
  await using store = createMemoryTaskStore();
  const clock = new FakeClock();
  const queue = createLocalTaskQueue({ store, peerId: "peer", clock });
  const { taskId } = await queue.submit({ type: "work", payload: {} });
  const progress: ToolProgress[] = [];
  const deps = { queues: { queueOf: () => queue }, clock };
  const args = { "task_id": taskId, "timeout_s": 40 };
  const waiting = runBound(waitTask, deps, args, progress);
  await clock.advance(14_999);
  assert.deepEqual(progress, [{ progress: 1, message: "queued" }]);
  await clock.advance(1);
  assert.deepEqual(progress[1], { progress: 2, message: "still queued (no news for 15 s)" });
  await clock.advance(15_000);
  assert.deepEqual(progress[2], { progress: 3, message: "still queued (no news for 30 s)" });
  await clock.advance(10_000);
  const { structuredContent } = await waiting;
  assert.equal((structuredContent["task"] as Record<string, unknown>)["status"], "queued");
  await clock.advance(60_000);
  assert.equal(progress.length, 3);
  assert.equal(clock.pendingTimers, 0);
});
