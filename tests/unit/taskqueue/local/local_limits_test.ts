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

Deno.test("LocalTaskQueue gives leases neither shorter nor longer than its limits", async () => {
  await withLocalQueue(async ({ queue, clock }) => {
    for (const [leaseMs, expected] of [[1, 100], [1e12, 86_400_000], [5_000, 5_000]] as const) {
      const { taskId } = await queue.submit({ type: "text", payload: {} });
      const [task] = await queue.claim({ worker: "w", types: ["text"], leaseMs });
      assert.equal(task?.lease?.untilMs, clock.now() + expected);
      const token = task.lease.token;
      const renewed = await queue.renew({ taskId, token, leaseMs: leaseMs / 2 });
      assert.equal(
        renewed.lease?.untilMs,
        clock.now() + Math.min(86_400_000, Math.max(100, leaseMs / 2)),
      );
      await queue.finish({ taskId, token, outcome: { status: "completed", result: {} } });
    }
  });
});

Deno.test("LocalTaskQueue lets no more tasks of a type run than its limits say", async () => {
  await withLocalQueue(async ({ queue }) => {
    for (let n = 0; n < 4; n++) await queue.submit({ type: "text", payload: { n } });
    await queue.submit({ type: "free", payload: {} });
    const first = await queue.claim({ worker: "w", types: "any", limit: 8 });
    assert.deepEqual(first.map(({ type }) => type), ["text", "text", "free"]);
    const claiming = queue.claim({ worker: "v", types: ["text"], waitMs: 1_000, limit: 8 });
    await queue.get("let it begin");
    const { id: taskId, lease } = first[0] ?? {};
    await queue.finish({
      taskId: taskId ?? "",
      token: lease?.token ?? "",
      outcome: { status: "completed", result: {} },
    });
    assert.deepEqual((await claiming).map(({ payload }) => payload["n"]), [2]);
  }, { limits: { maxRunningByType: new Map([["text", 2]]) } });
});

Deno.test("LocalTaskQueue takes so many items in one call and no more", async () => {
  await withLocalQueue(async ({ queue }) => {
    const inputs = Array.from({ length: 257 }, () => ({ type: "text", payload: {} }));
    await assert.rejects(queue.submitMany(inputs), InvalidTaskError);
    assert.deepEqual(await queue.list({}), []);
    assert.equal((await queue.submitMany(inputs.slice(1))).length, 256);
  });
});

Deno.test("LocalTaskQueue clips logs, and a lease never ends for their sake", async () => {
  await withLocalQueue(async ({ queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const [claimed] = await queue.claim({ worker: "w", types: ["text"] });
    const token = claimed?.lease?.token ?? "";
    const long = { stream: "", message: "\u{1F600}".repeat(5_000) };
    const many = Array.from({ length: 300 }, (_, n) => ({ stream: "stderr", message: `${n}` }));
    await queue.renew({ taskId, token, logs: [long] });
    await queue.renew({ taskId, token, logs: many });
    const lines: string[] = [];
    await queue.watch({
      taskId,
      timeoutMs: 0,
      onEvent(event) {
        if (event.kind === "log") lines.push(event.entry.message);
      },
    });
    assert.equal(lines.length, 257);
    assert.ok(new TextEncoder().encode(lines[0]).length <= 8 * 1024);
    assert.match(lines[0] ?? "", /^\u{1F600}+…$/u);
    assert.deepEqual(lines.slice(1, 3), ["… 45 lines are missing", "45"]);
    assert.equal(lines.at(-1), "299");
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
