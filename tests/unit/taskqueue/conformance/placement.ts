import assert from "node:assert/strict";
import type { ClaimWork, SubmitTask, TaskQueue } from "../../../../src/taskqueue/mod.ts";
import { type Test, TYPE } from "./fixture.ts";

const AFFINITY_MS = 180_000;

async function submit(queue: TaskQueue, members: Partial<SubmitTask>): Promise<string> {
  return (await queue.submit({ type: TYPE, payload: {}, ...members })).taskId;
}

async function idsOf(queue: TaskQueue, members: Partial<ClaimWork>): Promise<readonly string[]> {
  const tasks = await queue.claim({ worker: "w", types: [TYPE], limit: 8, ...members });
  return tasks.map(({ id }) => id);
}

/** Which claimer gets which task. */
export function testPlacement(test: Test): void {
  test("claim of any type gets every type", async ({ queue }) => {
    const first = await submit(queue, { type: "one" });
    const second = await submit(queue, { type: "two", priority: 9 });
    assert.deepEqual(await idsOf(queue, { types: [] }), []);
    assert.deepEqual(await idsOf(queue, { types: "any" }), [second, first]);
  });

  test("claim of any type waits for every type", async ({ queue }) => {
    const claiming = idsOf(queue, { types: "any", waitMs: 10_000 });
    await queue.get("let it begin");
    const taskId = await submit(queue, { type: "whatever" });
    assert.deepEqual(await claiming, [taskId]);
  });

  test("a task goes only to who offers all that it requires", async ({ queue }) => {
    const taskId = await submit(queue, { requires: ["gpu", "big", "gpu"] });
    assert.deepEqual((await queue.get(taskId))?.requires, ["big", "gpu"]);
    assert.deepEqual(await idsOf(queue, {}), []);
    assert.deepEqual(await idsOf(queue, { offers: ["gpu"] }), []);
    assert.deepEqual(await idsOf(queue, { offers: ["gpu", "other", "big"] }), [taskId]);
  });

  test("a task wakes the first claimer that could have it", async ({ queue }) => {
    const waits = [{ waitMs: 10_000 }, { waitMs: 10_000, offers: ["gpu"] }];
    const claims = waits.map((wait) => idsOf(queue, wait));
    await queue.get("let them begin");
    const special = await submit(queue, { requires: ["gpu"] });
    assert.deepEqual(await claims[1], [special]);
    const plain = await submit(queue, {});
    assert.deepEqual(await claims[0], [plain]);
  });

  test("a task is left to the worker that it asks for, for a while", async (fixture) => {
    const { queue, advance } = fixture;
    const first = await submit(queue, { stickyWorker: "mine" });
    const second = await submit(queue, { stickyWorker: "mine" });
    assert.deepEqual(await idsOf(queue, {}), []);
    assert.deepEqual(await idsOf(queue, { worker: "mine", limit: 1 }), [first]);
    await queue.cancel({ taskId: first, reason: "" });
    await advance(AFFINITY_MS - 1);
    assert.deepEqual(await idsOf(queue, {}), []);
    const claiming = idsOf(queue, { waitMs: 10_000, limit: 1, worker: "other" });
    await queue.get("let it begin");
    await advance(1);
    assert.deepEqual(await claiming, [second]);
  });

  test("a task is left to the session that it asks for, for a while", async (fixture) => {
    const { queue, advance } = fixture;
    const taskId = await submit(queue, { session: "s1" });
    const task = await queue.get(taskId);
    assert.equal(task?.affinity?.session, "s1");
    assert.equal(task.affinity.untilMs - task.createdAtMs, AFFINITY_MS);
    assert.deepEqual(await idsOf(queue, {}), []);
    assert.deepEqual(await idsOf(queue, { session: "s2" }), []);
    const plain = await submit(queue, {});
    assert.deepEqual(await idsOf(queue, { session: "s2" }), [plain]);
    assert.deepEqual(await idsOf(queue, { session: "s1" }), [taskId]);
    for (const done of [plain, taskId]) await queue.cancel({ taskId: done, reason: "" });
    const late = await submit(queue, { session: "s1", delayMs: 1_000 });
    await advance(AFFINITY_MS);
    assert.deepEqual(await idsOf(queue, {}), []);
    await advance(1_000);
    assert.deepEqual(await idsOf(queue, {}), [late]);
  });
}
