import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import {
  createLocalTaskQueue,
  type LocalTaskQueue,
  RemoteError,
  type TaskQueue,
} from "../../../src/taskqueue/mod.ts";
import type { ToolProgress } from "../../../src/mcp/mod.ts";
import {
  getTask,
  listTasks,
  type QueueDirectory,
  queueStatus,
  type QueueTarget,
  submitTask,
  waitTask,
} from "../../../src/tools/mod.ts";
import { makeTask } from "../worker/make_task.ts";
import { runBound } from "./run_bound.ts";

interface Bench {
  readonly queue: LocalTaskQueue;
  readonly deps: { readonly queues: QueueDirectory };
  /** Targets that tools have asked for. */
  readonly targets: QueueTarget[];
}

async function withQueue(use: (bench: Bench) => Promise<void>): Promise<void> {
  await using store = createMemoryTaskStore();
  const queue = createLocalTaskQueue({
    store,
    peerId: "peer",
    clock: new FakeClock(1_000),
    capabilities: () => ({ taskTypes: ["work"] }),
  });
  const targets: QueueTarget[] = [];
  const queues = {
    queueOf(target: QueueTarget) {
      targets.push(target);
      return queue;
    },
  };
  await use({ queue, deps: { queues }, targets });
}

Deno.test("p2p_taskqueue_submit submits what it is told and answers like the Python tool", async () => {
  await withQueue(async ({ queue, deps, targets }) => {
    const result = await runBound(submitTask, deps, {
      "task_type": "work",
      "model_name": "m",
      payload: { n: 1 },
      "remote_multiaddr": " /ip4/127.0.0.1/tcp/1/p2p/x ",
      priority: 9,
      "delay_s": 1.5,
      "deadline_s": 60,
      "max_attempts": 2,
      "idempotency_key": "k",
    });
    const taskId = String(result.structuredContent["task_id"]);
    assert.deepEqual(result.structuredContent, { ok: true, "task_id": taskId, "peer_id": "peer" });
    assert.match(result.content[0].text, new RegExp(taskId));
    const task = await queue.get(taskId);
    assert.deepEqual(
      [task?.type, task?.model, task?.payload, task?.priority, task?.maxAttempts],
      ["work", "m", { n: 1 }, 9, 2],
    );
    assert.deepEqual([task?.notBeforeMs, task?.deadlineAtMs], [2_500, 61_000]);
    assert.equal(task?.idempotencyKey, "k");
    assert.deepEqual(targets, [{ multiaddr: "/ip4/127.0.0.1/tcp/1/p2p/x", peerId: undefined }]);
  });
});

Deno.test("p2p_taskqueue_submit refuses arguments that do not fit", async () => {
  await withQueue(async ({ deps }) => {
    for (const args of [{}, { "task_type": "t", priority: 11 }, { "task_type": "t", payload: 1 }]) {
      const result = await runBound(submitTask, deps, args);
      assert.equal(result.isError, true);
      assert.equal(result.structuredContent["code"], "invalid_arguments");
    }
  });
});

Deno.test("p2p_taskqueue_wait_task returns the finished task", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    const waiting = runBound(waitTask, deps, { "task_id": taskId });
    const [claimed] = await queue.claim({ worker: "w", types: ["work"] });
    const token = claimed?.lease?.token ?? "";
    await queue.finish({ taskId, token, outcome: { status: "completed", result: { n: 2 } } });
    const { structuredContent, content } = await waiting;
    const task = structuredContent["task"] as Record<string, unknown>;
    assert.deepEqual([task["status"], task["result"]], ["completed", { n: 2 }]);
    assert.match(content[0].text, /is completed: \{"n":2\}/);
  });
});

Deno.test("p2p_taskqueue_wait_task passes progress on, each report with a larger number", async () => {
  const running = makeTask({ progress: { step: 1 } });
  const wait: TaskQueue["wait"] = ({ onProgress }) => {
    onProgress?.(running);
    onProgress?.({ ...running, progress: { step: 2 } });
    return Promise.resolve(running);
  };
  const queues = { queueOf: () => ({ wait }) as TaskQueue };
  const progress: ToolProgress[] = [];
  await runBound(waitTask, { queues }, { "task_id": running.id }, progress);
  assert.deepEqual(progress, [
    { progress: 1, message: '{"step":1}' },
    { progress: 2, message: '{"step":2}' },
  ]);
});

Deno.test("p2p_taskqueue_wait_task and get_task say that there is no such task", async () => {
  await withQueue(async ({ deps }) => {
    for (const tool of [waitTask, getTask]) {
      const result = await runBound(tool, deps, { "task_id": "none" });
      assert.deepEqual(result.structuredContent, { ok: true, task: null });
      assert.equal(result.isError, false);
    }
  });
});

Deno.test("p2p_taskqueue_wait_task with a time of 0 returns the task as it is", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    const result = await runBound(waitTask, deps, { "task_id": taskId, "timeout_s": 0 });
    const task = result.structuredContent["task"] as Record<string, unknown>;
    assert.equal(task["status"], "queued");
  });
});

Deno.test("p2p_taskqueue_list_tasks filters and pages", async () => {
  await withQueue(async ({ queue, deps }) => {
    const ids: string[] = [];
    for (const type of ["work", "work", "other"]) {
      ids.push((await queue.submit({ type, payload: {} })).taskId);
    }
    const list = async (args: Record<string, unknown>) => {
      const { structuredContent } = await runBound(listTasks, deps, args);
      const tasks = structuredContent["tasks"] as readonly Record<string, unknown>[];
      return tasks.map((task) => task["task_id"]);
    };
    assert.deepEqual(await list({}), ids);
    assert.deepEqual(await list({ "task_types": ["other"] }), ids.slice(2));
    assert.deepEqual(await list({ limit: 1, "after_task_id": ids[0] }), ids.slice(1, 2));
    assert.deepEqual(await list({ status: "running" }), []);
  });
});

Deno.test("p2p_taskqueue_status says what the workers take", async () => {
  await withQueue(async ({ queue, deps }) => {
    await queue.submit({ type: "work", payload: {} });
    const { structuredContent } = await runBound(queueStatus, deps, { detail: true });
    assert.equal(structuredContent["ok"], true);
    assert.equal(structuredContent["peer_id"], "peer");
    const capabilities = structuredContent["capabilities"] as Record<string, unknown>;
    assert.deepEqual(capabilities["task_types"], ["work"]);
    assert.equal((structuredContent["queue"] as Record<string, unknown>)["queued"], 1);
  });
});

Deno.test("task queue tools give a peer's refusal a stable code", async () => {
  const refusing = (code: string): { readonly queues: QueueDirectory } => ({
    queues: {
      queueOf: () =>
        new Proxy({} as LocalTaskQueue, {
          get: () => () => Promise.reject(new RemoteError({ code, op: "get", peerId: "far" })),
        }),
    },
  });
  for (
    const [code, shown] of [
      ["unauthorized", "unauthorized"],
      ["invalid_task", "invalid_task"],
      ["made up by the peer", "peer_refused"],
    ] as const
  ) {
    const result = await runBound(getTask, refusing(code), { "task_id": "t" });
    assert.equal(result.isError, true);
    assert.equal(result.structuredContent["code"], shown);
    assert.equal(result.structuredContent["ok"], false);
  }
});
