import assert from "node:assert/strict";
import { COMPLETED, FAILED, type Test, TYPE } from "./fixture.ts";

function outcomesOf(settled: readonly PromiseSettledResult<unknown>[]): readonly string[] {
  return settled.map((outcome) => {
    if (outcome.status === "fulfilled") return "ok";
    const { code = "no code" } = outcome.reason;
    return code;
  });
}

/** Several submissions and reports in one call; counts. */
export function testBatches(test: Test): void {
  test("submitMany adds each task for itself, in order", async ({ queue }) => {
    const inputs = [
      { type: TYPE, payload: { n: 0 }, taskId: "a" },
      { type: TYPE, payload: {}, priority: 11 },
      { type: TYPE, payload: { n: 1 } },
      { type: TYPE, payload: { n: 2 }, taskId: "a" },
    ];
    const settled = await queue.submitMany(inputs);
    assert.deepEqual(outcomesOf(settled), ["ok", "invalid_task", "ok", "idempotency_conflict"]);
    assert.ok(settled[0]?.status === "fulfilled");
    assert.deepEqual(settled[0].value, { taskId: "a", peerId: queue.peerId, created: true });
    const tasks = await queue.list({});
    assert.deepEqual(tasks.map(({ payload }) => payload), [{ n: 0 }, { n: 1 }]);
    assert.deepEqual(await queue.submitMany([]), []);
  });

  test("submitMany wakes as many claimers as there are tasks", async ({ queue }) => {
    const claims = [0, 1, 2].map((n) =>
      queue.claim({ worker: `w${n}`, types: [TYPE], waitMs: 10_000 })
    );
    await queue.get("let them begin");
    await queue.submitMany(claims.map((_, n) => ({ type: TYPE, payload: { n } })));
    const numbers = (await Promise.all(claims)).flat().map(({ payload }) => payload["n"]);
    assert.deepEqual(numbers.sort(), [0, 1, 2]);
  });

  test("finishMany ends each attempt for itself, in order", async ({ queue }) => {
    for (let n = 0; n < 3; n++) await queue.submit({ type: TYPE, payload: { n } });
    const tasks = await queue.claim({ worker: "w", types: [TYPE], limit: 3 });
    const reports = tasks.map(({ id, lease }, n) => ({
      taskId: id,
      token: n === 1 ? `${id}:1:0000000000000000` : lease?.token ?? "",
      outcome: n === 2 ? { ...FAILED, retryable: false } : COMPLETED,
    }));
    const missing = { taskId: "nope", token: "nope:1:0000000000000000", outcome: COMPLETED };
    const settled = await queue.finishMany([...reports, missing]);
    assert.deepEqual(outcomesOf(settled), ["ok", "lease_lost", "ok", "task_not_found"]);
    const states = await Promise.all(tasks.map(({ id }) => queue.get(id)));
    assert.deepEqual(states.map((task) => task?.status), ["completed", "running", "failed"]);
    assert.ok(settled[0]?.status === "fulfilled");
    assert.deepEqual(settled[0].value, states[0]);
  });

  test("counts tells of states and types", async ({ queue }) => {
    await queue.submit({ type: TYPE, payload: {} });
    await queue.submit({ type: "other", payload: {} });
    await queue.claim({ worker: "w", types: ["other"] });
    const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
    const { total, byType } = await queue.counts();
    assert.deepEqual(total, { ...none, queued: 1, running: 1 });
    assert.deepEqual(Object.fromEntries(byType), {
      other: { ...none, running: 1 },
      [TYPE]: { ...none, queued: 1 },
    });
  });

  test("missingOps is empty", async ({ queue }) => {
    await queue.counts();
    assert.deepEqual([...queue.missingOps], []);
  });
}
