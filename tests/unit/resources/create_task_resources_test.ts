import assert from "node:assert/strict";
import { InvalidCursorError, type ResourceProvider } from "../../../src/mcp/mod.ts";
import { createTaskResources } from "../../../src/resources/mod.ts";
import type { LocalTaskQueue } from "../../../src/taskqueue/mod.ts";
import { startTask, withQueue } from "./with_queue.ts";

const context = { signal: new AbortController().signal };

async function readJson(provider: ResourceProvider, uri: string) {
  const contents = await provider.read(uri, context);
  if (contents === undefined) return undefined;
  const [content] = contents;
  assert.equal(contents.length, 1);
  assert.ok(content !== undefined && "text" in content);
  assert.deepEqual([content.uri, content.mimeType], [uri, "application/json"]);
  return JSON.parse(content.text);
}

Deno.test("createTaskResources reads a task as the tools show it, without its token", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const { taskId, token } = await startTask(queue, { n: 1 });
    const task = await readJson(provider, `task://${taskId}`);
    assert.deepEqual([task["task_id"], task.status, task.payload], [taskId, "running", { n: 1 }]);
    assert.notEqual(token, "");
    assert.equal(JSON.stringify(task).includes(token), false);
  });
});

Deno.test("createTaskResources reads the counts of the queue", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    await queue.submit({ type: "work", payload: {} });
    const counts = await readJson(provider, "queue://counts");
    assert.equal(counts["peer_id"], "me");
    assert.equal(counts.counts.queued, 1);
    assert.equal(counts["by_type"].work.queued, 1);
  });
});

Deno.test("createTaskResources reads the log of a task, oldest line first", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const { taskId, token } = await startTask(queue);
    const logs = ["one", "two"].map((message) => ({ stream: "stdout", message }));
    await queue.renew({ taskId, token, logs });
    const log = await readJson(provider, `task://${taskId}/logs`);
    assert.deepEqual(log, {
      "task_id": taskId,
      status: "running",
      lines: [
        { seq: 1, at: 1_000, stream: "stdout", message: "one" },
        { seq: 2, at: 1_000, stream: "stdout", message: "two" },
      ],
      omitted: 0,
    });
  });
});

Deno.test("createTaskResources shows the newest lines of a log that is too long", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const { taskId, token } = await startTask(queue);
    const message = "x".repeat(4_000);
    for (let n = 0; n < 10; n++) {
      const logs = Array.from({ length: 10 }, () => ({ stream: "stdout", message }));
      await queue.renew({ taskId, token, logs });
    }
    const { lines, omitted } = await readJson(provider, `task://${taskId}/logs`);
    assert.equal(lines.at(-1).seq, 100);
    assert.equal(lines.length, 64);
    assert.equal(omitted, 36);
  });
});

Deno.test("createTaskResources has nothing under other URIs, and nothing for unknown tasks", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    for (
      const uri of [
        ...["task://none", "task://none/logs", "task://", "task:///logs", "task://a/b", "task://%"],
        ...[
          "queue://",
          "queue://counts/",
          "TASK://x",
          "peer://x",
          "",
          "task://a?b",
          "task://%zz/logs",
        ],
      ]
    ) assert.equal(await provider.read(uri, context), undefined, uri);
  });
});

Deno.test("createTaskResources finds a task by the id that its submitter chose", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const taskId = "a/b c?ü";
    await queue.submit({ type: "work", payload: {}, taskId });
    const { resources } = await provider.list({}, context);
    const uri = resources[1]?.uri ?? "";
    assert.equal(uri, "task://a%2Fb%20c%3F%C3%BC");
    assert.equal((await readJson(provider, uri))["task_id"], taskId);
    assert.equal((await readJson(provider, `${uri}/logs`))["task_id"], taskId);
  });
});

Deno.test("createTaskResources lists the counts and then all tasks, page by page, oldest first", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const ids: string[] = [];
    for (let n = 0; n < 250; n++) {
      ids.push((await queue.submit({ type: "work", payload: { n } })).taskId);
    }
    const names: string[] = [];
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await provider.list({ cursor }, context);
      names.push(...page.resources.map(({ name }) => name));
      sizes.push(page.resources.length);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.deepEqual(names, ["queue-counts", ...ids]);
    assert.deepEqual(sizes, [101, 100, 50]);
  });
});

Deno.test("createTaskResources says that a cursor is too old", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    await assert.rejects(provider.list({ cursor: "pruned" }, context), InvalidCursorError);
  });
});

Deno.test("createTaskResources completes ids of tasks, those under way first", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    for (const taskId of ["abc", "abd", "xyz"]) {
      await queue.submit({ type: "work", payload: {}, taskId });
    }
    await queue.cancel({ taskId: "abc", reason: "" });
    const complete = (value: string) =>
      provider.complete?.("task://{id}", { argument: "id", value, known: {} }, context);
    assert.deepEqual(await complete("ab"), ["abd", "abc"]);
    assert.deepEqual(await complete("q"), []);
  });
});

/** A watch of a resource, and how many changes it has told. */
function watch(provider: ResourceProvider, uri: string) {
  const stop = new AbortController();
  let changes = 0;
  const onChange = () => changes++;
  const ended = provider.watch?.(uri, { onChange, signal: stop.signal });
  return {
    ended,
    changes: () => changes,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

async function renew(queue: LocalTaskQueue, lease: { taskId: string; token: string }, more = {}) {
  await queue.renew({ ...lease, ...more });
}

Deno.test("createTaskResources tells of changes of a task, but not of its renewals", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const lease = await startTask(queue);
    await using watched = watch(provider, `task://${lease.taskId}`);
    await clock.advance(1);
    assert.equal(watched.changes(), 0);
    await renew(queue, lease, { progress: { step: 1 } });
    await clock.advance(1);
    assert.equal(watched.changes(), 1);
    await renew(queue, lease);
    await clock.advance(1);
    assert.equal(watched.changes(), 1);
    await queue.finish({ ...lease, outcome: { status: "completed", result: { n: 1 } } });
    await clock.advance(1);
    assert.equal(watched.changes(), 2);
  });
});

Deno.test("createTaskResources tells that a task was retried after it had ended", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    await queue.cancel({ taskId, reason: "" });
    await using watched = watch(provider, `task://${taskId}`);
    await clock.advance(1);
    await queue.retry({ taskId });
    await clock.advance(10_000);
    assert.equal(watched.changes(), 1);
    await queue.cancel({ taskId, reason: "" });
    await clock.advance(1);
    assert.equal(watched.changes(), 2);
  });
});

Deno.test("createTaskResources tells of new lines of a log at most once a second", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    const lease = await startTask(queue);
    const logs = [{ stream: "stdout", message: "hi" }];
    await renew(queue, lease, { logs });
    await using watched = watch(provider, `task://${lease.taskId}/logs`);
    await clock.advance(1);
    assert.equal(watched.changes(), 0);
    for (let n = 0; n < 5; n++) {
      await renew(queue, lease, { logs });
      await clock.advance(1);
    }
    assert.equal(watched.changes(), 1);
    await clock.advance(1_000);
    assert.equal(watched.changes(), 2);
    await clock.advance(5_000);
    assert.equal(watched.changes(), 2);
  });
});

Deno.test("createTaskResources tells of other counts at most once a second, and looks once for all", async () => {
  await withQueue(async ({ queue, clock }) => {
    let looks = 0;
    const counts = queue.counts.bind(queue);
    queue.counts = (options) => {
      looks++;
      return counts(options);
    };
    const provider = createTaskResources({ queue, clock });
    await using first = watch(provider, "queue://counts");
    await using second = watch(provider, "queue://counts");
    await clock.advance(0);
    for (let n = 0; n < 5; n++) await queue.submit({ type: "work", payload: {} });
    assert.deepEqual([first.changes(), second.changes(), looks], [0, 0, 1]);
    await clock.advance(1_000);
    assert.deepEqual([first.changes(), second.changes(), looks], [1, 1, 2]);
    await clock.advance(3_000);
    assert.deepEqual([first.changes(), second.changes(), looks], [1, 1, 5]);
  });
});

Deno.test("createTaskResources goes on watching when the queue was out of reach", async () => {
  await withQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "work", payload: {} });
    let isGone = false;
    const flaky = Object.create(queue, {
      watch: {
        value: (...args: Parameters<LocalTaskQueue["watch"]>) =>
          isGone ? Promise.reject(new Error("gone")) : queue.watch(...args),
      },
    });
    const provider = createTaskResources({ queue: flaky, clock });
    isGone = true;
    await using watched = watch(provider, `task://${taskId}`);
    await clock.advance(1);
    isGone = false;
    await clock.advance(10_000);
    await queue.cancel({ taskId, reason: "" });
    await clock.advance(1);
    assert.equal(watched.changes(), 1);
  });
});

Deno.test("createTaskResources watches what is its own, and ends with the signal", async () => {
  await withQueue(async ({ queue, clock }) => {
    const provider = createTaskResources({ queue, clock });
    for (const uri of ["peer://x", "task://", "queue://x"]) {
      assert.equal(watch(provider, uri).ended, undefined, uri);
    }
    for (const uri of ["task://none", "queue://counts", "task://none/logs"]) {
      await using watched = watch(provider, uri);
      assert.ok(watched.ended !== undefined);
      await clock.advance(1);
    }
    assert.equal(clock.pendingTimers, 0);
    const over = { onChange: () => assert.fail(), signal: AbortSignal.abort() };
    for (const uri of ["task://none", "queue://counts"]) await provider.watch?.(uri, over);
  });
});
