import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { InvalidTaskError } from "../../../../src/taskqueue/mod.ts";
import { toOutcome } from "../../../../src/taskqueue/local/to_outcome.ts";
import { withLocalQueue } from "../with_local_queue.ts";

Deno.test("LocalTaskQueue refuses claims that make no sense", async () => {
  await withLocalQueue(async ({ queue }) => {
    const types = ["text"];
    const claims = [
      queue.claim({ worker: "", types }),
      queue.claim({ worker: "w", types, limit: 0 }),
      queue.claim({ worker: "w", types, limit: 65 }),
      queue.claim({ worker: "w", types, waitMs: -1 }),
      queue.claim({ worker: "w", types: [""] }),
      queue.claim({ worker: "w", types: Array.from({ length: 65 }, (_, n) => `t${n}`) }),
      queue.claim({ worker: "w", types, leaseMs: NaN }),
    ];
    for (const claim of claims) await assert.rejects(claim, InvalidTaskError);
    await assert.rejects(queue.list({ limit: 1_001 }), InvalidTaskError);
    await assert.rejects(queue.wait({ taskId: "x", timeoutMs: NaN }), InvalidTaskError);
  });
});

Deno.test("LocalTaskQueue names value and bounds of what it refuses", async () => {
  await withLocalQueue(async ({ queue }) => {
    const submit = queue.submit({ type: "text", payload: {}, priority: 11 });
    await assert.rejects(submit, {
      message:
        'Cannot submit task as its priority is not a whole number from 1 to 10: priority "11"',
    });
  });
});

Deno.test("LocalTaskQueue refuses a payload that no peer could read", async () => {
  await withLocalQueue(async ({ queue }) => {
    let payload: JsonObject = {};
    for (let depth = 0; depth < 300; depth++) payload = { payload };
    await assert.rejects(queue.submit({ type: "text", payload }), InvalidTaskError);
  });
});

Deno.test("LocalTaskQueue drops progress that is too long but keeps the lease", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const [claimed] = await queue.claim({ worker: "w", types: ["text"] });
    const token = claimed?.lease?.token ?? "";
    await clock.advance(30_000);
    const progress = { text: "x".repeat(300_000) };
    const task = await queue.renew({ taskId, token, progress });
    assert.equal(task.progress, null);
    assert.equal(task.lease?.untilMs, clock.now() + 60_000);
  });
});

Deno.test("LocalTaskQueue gives a lease of another length to its own node only", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    await queue.submit({ type: "text", payload: {} });
    const [task] = await queue.claim({ worker: "w", types: ["text"], leaseMs: 5_000 });
    assert.equal(task?.lease?.untilMs, clock.now() + 5_000);
  });
});

Deno.test("toOutcome clips what a worker says of its failure", () => {
  const error = { code: "c".repeat(1_000), message: "m".repeat(10_000) };
  const outcome = toOutcome(
    { status: "failed", error, retryable: true, result: { text: "x".repeat(100) } },
    { backoffMs: 7, maxResultBytes: 50 },
  );
  assert.ok(outcome.status === "failed");
  assert.equal(outcome.error.code.length, 128);
  assert.equal(outcome.error.message.length, 4_096);
  assert.equal(outcome.result, undefined);
  assert.equal(outcome.backoffMs, 7);
});

Deno.test("LocalTaskQueue tries a task as often as its limits say, unless the task says so", async () => {
  await withLocalQueue(async ({ queue }) => {
    const plain = await queue.submit({ type: "text", payload: {} });
    const own = await queue.submit({ type: "text", payload: {}, maxAttempts: 9 });
    assert.equal((await queue.get(plain.taskId))?.maxAttempts, 5);
    assert.equal((await queue.get(own.taskId))?.maxAttempts, 9);
  }, { limits: { maxAttempts: 5 } });
});

Deno.test("LocalTaskQueue keeps only the newest report when progress grows too long", async () => {
  await withLocalQueue(async ({ queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const [claimed] = await queue.claim({ worker: "w", types: ["text"] });
    const token = claimed?.lease?.token ?? "";
    const text = "x".repeat(200_000);
    for (const name of ["a", "b"]) await queue.renew({ taskId, token, progress: { [name]: text } });
    const task = await queue.renew({ taskId, token, progress: { c: text } });
    assert.deepEqual(Object.keys(task.progress ?? {}), ["c"]);
  });
});
