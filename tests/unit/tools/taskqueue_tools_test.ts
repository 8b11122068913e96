import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import {
  createLocalTaskQueue,
  type LocalTaskQueue,
  RemoteError,
  type SubmitTask,
} from "../../../src/taskqueue/mod.ts";
import {
  cancelTask,
  claimNext,
  completeTask,
  countTasks,
  getTask,
  heartbeat,
  listTasks,
  type QueueDirectory,
  queueStatus,
  type QueueTarget,
  retryTask,
  submitTask,
  type TaskQueueToolDeps,
  waitTask,
  watchTask,
} from "../../../src/tools/mod.ts";
import { makeTask } from "../worker/make_task.ts";
import { createFakeQueueDeps } from "./fake_queue.ts";
import { runBound } from "./run_bound.ts";

interface Bench {
  readonly queue: LocalTaskQueue;
  readonly deps: TaskQueueToolDeps;
  /** Targets that tools have asked for. */
  readonly targets: QueueTarget[];
}

async function withQueue(use: (bench: Bench) => Promise<void>): Promise<void> {
  await using store = createMemoryTaskStore();
  const clock = new FakeClock(1_000);
  const queue = createLocalTaskQueue({
    store,
    peerId: "peer",
    clock,
    capabilities: () => ({ taskTypes: ["work"] }),
  });
  const targets: QueueTarget[] = [];
  const queues = {
    queueOf(target: QueueTarget) {
      targets.push(target);
      return queue;
    },
  };
  await use({ queue, deps: { queues, clock }, targets });
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
    assert.deepEqual(result.structuredContent, {
      ok: true,
      "task_id": taskId,
      "peer_id": "peer",
      created: true,
    });
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

Deno.test("p2p_taskqueue_submit takes id, tags and a time to start", async () => {
  await withQueue(async ({ queue, deps }) => {
    const args = {
      "task_type": "work",
      "task_id": "mine",
      requires: ["gpu", "big"],
      "not_before": 3.5,
      "sticky_worker_id": "w",
      "session_id": "s",
    };
    const first = await runBound(submitTask, deps, args);
    assert.equal(first.structuredContent["task_id"], "mine");
    const again = await runBound(submitTask, deps, args);
    assert.equal(again.structuredContent["created"], false);
    assert.match(again.content[0].text, /was already submitted/);
    const task = await queue.get("mine");
    assert.equal(task?.notBeforeMs, 3_500);
    assert.deepEqual(task?.requires, ["big", "gpu"]);
    assert.deepEqual([task?.affinity?.worker, task?.affinity?.session], ["w", "s"]);
  });
});

Deno.test("p2p_taskqueue_submit reads the payload as Python agents mean it, arguments first", async () => {
  const receipt = { taskId: "t", peerId: "peer", created: undefined };
  const submitted = async (args: Record<string, unknown>) => {
    const deps = createFakeQueueDeps({ submit: () => Promise.resolve(receipt) });
    await runBound(submitTask, deps, { "task_type": "work", ...args });
    const { priority, idempotencyKey, stickyWorker, session } = deps.calls[0]?.input as SubmitTask;
    return [priority, idempotencyKey, stickyWorker, session];
  };
  const payload = {
    priority: "12",
    "idempotency_key": " k ",
    "sticky_worker_id": "w",
    "p2p_session": "s",
  };
  assert.deepEqual(await submitted({ payload }), [10, "k", "w", "s"]);
  const args = {
    priority: 2,
    "idempotency_key": "k2",
    "sticky_worker_id": "w2",
    "session_id": "s2",
  };
  assert.deepEqual(await submitted({ payload, ...args }), [2, "k2", "w2", "s2"]);
  for (const priority of [null, 0, "high", {}]) {
    const none = [undefined, undefined, undefined, undefined];
    assert.deepEqual(await submitted({ payload: { priority, session: " " } }), none);
  }
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
          get: (_, name) =>
            name === "missingOps"
              ? new Set()
              : () => Promise.reject(new RemoteError({ code, op: "get", peerId: "far" })),
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

Deno.test("p2p_taskqueue_list_tasks says where the next page begins, if there may be one", async () => {
  await withQueue(async ({ queue, deps }) => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      ids.push((await queue.submit({ type: "work", payload: {} })).taskId);
    }
    const first = await runBound(listTasks, deps, { limit: 2 });
    assert.equal(first.structuredContent["next_after"], ids[1]);
    assert.equal(first.structuredContent["truncated"], undefined);
    const last = await runBound(listTasks, deps, { limit: 2, "after_task_id": ids[1] });
    assert.equal((last.structuredContent["tasks"] as unknown[]).length, 1);
    assert.equal(last.structuredContent["next_after"], undefined);
  });
});

Deno.test("p2p_taskqueue_list_tasks never returns more than fits into a reply", async () => {
  const payload = { text: "x".repeat(400_000) };
  const tasks = ["a", "b", "c", "d"].map((id) => makeTask({ id, payload }));
  const deps = createFakeQueueDeps({ list: () => Promise.resolve(tasks) });
  const { structuredContent } = await runBound(listTasks, deps, {});
  assert.equal((structuredContent["tasks"] as unknown[]).length, 2);
  assert.deepEqual([structuredContent["next_after"], structuredContent["truncated"]], ["b", true]);
});

Deno.test("p2p_taskqueue_cancel cancels, and _retry queues the task again", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    const cancelled = await runBound(cancelTask, deps, { "task_id": taskId, reason: "enough" });
    assert.equal(cancelled.isError, false);
    assert.equal(cancelled.structuredContent["peer_id"], "peer");
    assert.match(cancelled.content[0].text, /is cancelled: enough$/);
    const retried = await runBound(retryTask, deps, { "task_id": taskId, "deadline_s": 2 });
    const task = retried.structuredContent["task"] as Record<string, unknown>;
    assert.deepEqual([task["status"], task["deadline_at"]], ["queued", 3]);
    const again = await runBound(retryTask, deps, { "task_id": taskId });
    assert.equal(again.structuredContent["code"], "invalid_transition");
    for (const tool of [cancelTask, retryTask]) {
      const none = await runBound(tool as typeof retryTask, deps, { "task_id": "none" });
      assert.equal(none.structuredContent["code"], "task_not_found");
    }
  });
});

Deno.test("p2p_taskqueue_counts counts by state and by type", async () => {
  await withQueue(async ({ queue, deps }) => {
    for (const type of ["a", "a", "b"]) await queue.submit({ type, payload: {} });
    const { taskId } = await queue.submit({ type: "b", payload: {} });
    await queue.cancel({ taskId, reason: "enough" });
    const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
    const { structuredContent, content } = await runBound(countTasks, deps, {});
    assert.deepEqual(structuredContent, {
      ok: true,
      "peer_id": "peer",
      counts: { ...none, queued: 3, cancelled: 1 },
      "by_type": { a: { ...none, queued: 2 }, b: { ...none, queued: 1, cancelled: 1 } },
    });
    assert.match(content[0].text, /^3 queued, 0 running/);
  });
});

Deno.test("claim_next, heartbeat and complete_task do a task from its lease to its result", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    const claim = await runBound(claimNext, deps, { "worker_id": "w", lease: true });
    const lease = claim.structuredContent["lease"] as Record<string, unknown>;
    assert.equal(lease["attempt"], 1);
    const token = { "lease_token": lease["lease_token"] };
    const beat = await runBound(heartbeat, deps, { "peer_id": "me", ...token });
    const renewed = beat.structuredContent["lease"] as Record<string, unknown>;
    assert.deepEqual([renewed["task_id"], renewed["cancelled"]], [taskId, false]);
    const report = { "task_id": taskId, result: { n: 1 } };
    const without = await runBound(completeTask, deps, report);
    assert.equal(without.structuredContent["code"], "lease_lost");
    const done = await runBound(completeTask, deps, { ...report, ...token });
    assert.equal(
      (done.structuredContent["task"] as Record<string, unknown>)["status"],
      "completed",
    );
  });
});

Deno.test("a task that was claimed without a lease is completed without a token", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    await runBound(claimNext, deps, { "worker_id": "w", "supported_task_types": null });
    const report = { "task_id": taskId, result: { n: 1 } };
    const other = await runBound(completeTask, deps, { ...report, "worker_id": "other" });
    assert.equal(other.structuredContent["code"], "lease_lost");
    const done = await runBound(completeTask, deps, report);
    assert.equal(done.isError, false);
    assert.deepEqual((await queue.get(taskId))?.result, { n: 1 });
  });
});

Deno.test("p2p_taskqueue_watch tells the log of a task that has ended", async () => {
  await withQueue(async ({ queue, deps }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    const [task] = await queue.claim({ worker: "w", types: "any" });
    const token = task?.lease?.token ?? "";
    await queue.renew({ taskId, token, logs: [{ stream: "stdout", message: "one" }] });
    await queue.finish({ taskId, token, outcome: { status: "completed", result: {} } });
    for (const until of ["end", "news"]) {
      const { structuredContent } = await runBound(watchTask, deps, { "task_id": taskId, until });
      const logs = structuredContent["logs"] as readonly Record<string, unknown>[];
      assert.deepEqual(logs.map(({ message }) => message), ["one"]);
      const shown = structuredContent["task"] as Record<string, unknown>;
      assert.deepEqual([shown["status"], structuredContent["cursor"]], ["completed", 1]);
    }
  });
});

Deno.test("the results of tools name what the node does not know", async () => {
  const missingOps = new Set(["watch", "counts"]);
  const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const status = { peerId: "far", taskTypes: [], models: [] };
  const deps = createFakeQueueDeps({
    missingOps,
    get: () => Promise.resolve(undefined),
    counts: () => Promise.resolve({ total: counts, byType: new Map() }),
    status: () => Promise.resolve(status),
  });
  for (const [tool, args] of [[getTask, { "task_id": "t" }], [countTasks, {}], [queueStatus, {}]]) {
    const { structuredContent } = await runBound(tool as typeof getTask, deps, args);
    assert.deepEqual(structuredContent["fallbacks"], ["counts", "watch"]);
  }
});
