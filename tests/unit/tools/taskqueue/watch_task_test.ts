import assert from "node:assert/strict";
import type { ToolProgress } from "../../../../src/mcp/mod.ts";
import type { Task } from "../../../../src/task/mod.ts";
import type { TaskEvent, TaskQueue } from "../../../../src/taskqueue/mod.ts";
import { watchTask, type WatchTaskOutput } from "../../../../src/tools/mod.ts";
import { makeTask } from "../../worker/make_task.ts";
import { createFakeQueueDeps } from "../fake_queue.ts";
import { runBound } from "../run_bound.ts";

const running = makeTask({ id: "t", updatedAtMs: 5_000, progress: { step: 1 } });
const done = makeTask({ id: "t", status: "completed", lease: null, result: { n: 1 } });

function log(seq: number, message = `line ${seq}`): TaskEvent {
  return { kind: "log", entry: { seq, atMs: seq * 1_000, stream: "stdout", message } };
}

/** A queue whose watch tells these events, and then ends or waits to be given up. */
function watching(
  events: readonly TaskEvent[],
  end?: Task,
): Pick<TaskQueue, "watch" | "get"> {
  return {
    get: () => Promise.resolve(running),
    watch({ onEvent }, { signal } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<
        { task: Task; logCursor: number }
      >();
      signal?.addEventListener("abort", () => reject(signal.reason));
      events.forEach(onEvent);
      if (end !== undefined) resolve({ task: end, logCursor: 99 });
      return promise;
    },
  };
}

async function watch(
  queue: Partial<TaskQueue>,
  args: Record<string, unknown> = {},
): Promise<{ output: WatchTaskOutput; progress: ToolProgress[]; input: Record<string, unknown> }> {
  const deps = createFakeQueueDeps(queue);
  const progress: ToolProgress[] = [];
  const result = await runBound(watchTask, deps, { "task_id": "t", ...args }, progress);
  assert.equal(result.isError, false);
  return {
    output: result.structuredContent as unknown as WatchTaskOutput,
    progress,
    input: deps.calls[0]?.input as Record<string, unknown>,
  };
}

Deno.test("p2p_taskqueue_watch returns the task with its log, and reports each piece of news", async () => {
  const events: readonly TaskEvent[] = [{ kind: "task", task: running }, log(3), log(4)];
  const { output, progress, input } = await watch(watching(events, done), {
    after: 2,
    "timeout_s": 1.5,
  });
  assert.equal(output.task?.status, "completed");
  assert.deepEqual(output.logs, [
    { seq: 3, at: 3, stream: "stdout", message: "line 3" },
    { seq: 4, at: 4, stream: "stdout", message: "line 4" },
  ]);
  assert.deepEqual([output.cursor, output.more], [4, false]);
  assert.deepEqual(progress, [
    { progress: 1, message: 'running {"step":1}' },
    { progress: 2, message: "stdout: line 3" },
    { progress: 3, message: "stdout: line 4" },
  ]);
  assert.deepEqual([input["taskId"], input["timeoutMs"], input["afterLog"]], ["t", 1_500, 2]);
});

Deno.test("p2p_taskqueue_watch without news keeps the cursor", async () => {
  const { output } = await watch(watching([], running), { after: 7, "timeout_s": 0 });
  assert.deepEqual([output.logs, output.cursor, output.more], [[], 7, false]);
});

Deno.test("p2p_taskqueue_watch keeps so many lines, and leaves the rest behind the cursor", async () => {
  const events = Array.from({ length: 5 }, (_, index) => log(index + 1));
  const { output, progress } = await watch(watching(events, done), { "max_logs": 2 });
  assert.deepEqual(output.logs.map(({ seq }) => seq), [1, 2]);
  assert.deepEqual([output.cursor, output.more], [2, true]);
  assert.equal(progress.length, 5);
});

Deno.test("p2p_taskqueue_watch keeps only what fits into a result", async () => {
  const long = "x".repeat(200_000);
  const { output } = await watch(watching([log(1, long), log(2, long), log(3)], done));
  assert.deepEqual(output.logs.map(({ seq }) => seq), [1]);
  assert.deepEqual([output.cursor, output.more], [1, true]);
});

Deno.test("p2p_taskqueue_watch until news returns at the first line, with what came together", async () => {
  const { output } = await watch(watching([log(1), log(2)]), { until: "news" });
  assert.deepEqual(output.logs.map(({ seq }) => seq), [1, 2]);
  assert.equal(output.task?.status, "running");
});

Deno.test("p2p_taskqueue_watch until news returns a change, but not the state that is known", async () => {
  const events: readonly TaskEvent[] = [{ kind: "task", task: running }];
  const changed = await watch(watching(events), { until: "news", "updated_after": 4.9 });
  assert.deepEqual(changed.output.task?.progress, { step: 1 });
  const known = await watch(watching(events, done), { until: "news", "updated_after": 5 });
  assert.equal(known.output.task?.status, "completed");
});

Deno.test("p2p_taskqueue_watch says that there is no such task", async () => {
  const { output } = await watch({ watch: () => Promise.resolve(undefined) });
  assert.deepEqual(output, { ok: true, task: null, logs: [], cursor: 0, more: false });
});

Deno.test("p2p_taskqueue_watch fails as the queue does", async () => {
  const deps = createFakeQueueDeps({ watch: () => Promise.reject(new Error("gone")) });
  const result = await runBound(watchTask, deps, { "task_id": "t", until: "news" });
  assert.equal(result.structuredContent["code"], "internal_error");
});
