import assert from "node:assert/strict";
import { diagnoseWaitingTask, summarizeQueue } from "../../../src/prompts/mod.ts";
import { TaskNotFoundError } from "../../../src/task/mod.ts";
import type { LocalTaskQueue } from "../../../src/taskqueue/mod.ts";
import { startTask } from "../resources/with_queue.ts";
import { complete, getPrompt, withPrompts } from "./with_prompts.ts";

async function fail(queue: LocalTaskQueue, code: string): Promise<string> {
  const { taskId, token } = await startTask(queue);
  const error = { code, message: `because of ${code}` };
  await queue.finish({ taskId, token, outcome: { status: "failed", error, retryable: false } });
  return taskId;
}

Deno.test("diagnose_waiting_task gives the reasons, the task and the counts", async () => {
  await withPrompts(async ({ deps, queue }) => {
    const { taskId } = await queue.submit({ type: "weave", payload: {}, requires: ["loom"] });
    const { text, embedded } = await getPrompt(diagnoseWaitingTask, deps, { "task_id": taskId });
    assert.match(text, /No worker that this node knows takes its type "weave"/);
    assert.match(text, /"loom"/);
    assert.match(text, /p2p_taskqueue_submit/);
    assert.deepEqual(embedded.map(({ uri }) => uri), [`task://${taskId}`, "queue://counts"]);
    assert.equal(embedded[0]?.value["task_id"], taskId);
  });
});

Deno.test("diagnose_waiting_task counts the tasks that are claimed before", async () => {
  await withPrompts(async ({ deps, queue, clock }) => {
    const submit = async (more = {}) => {
      const { taskId } = await queue.submit({ type: "work", payload: {}, ...more });
      await clock.advance(1);
      return taskId;
    };
    await submit();
    await submit({ priority: 1 });
    await submit({ type: "other" });
    const taskId = await submit();
    await submit({ priority: 9 });
    await submit();
    const { text } = await getPrompt(diagnoseWaitingTask, deps, { "task_id": taskId });
    assert.match(text, /- 2 tasks of its type are claimed before it/);
  });
});

Deno.test("diagnose_waiting_task adds the log of a task that has one", async () => {
  await withPrompts(async ({ deps, queue }) => {
    const { taskId, token } = await startTask(queue);
    await queue.renew({ taskId, token, logs: [{ stream: "stdout", message: "hi" }] });
    const { text, embedded } = await getPrompt(diagnoseWaitingTask, deps, { "task_id": taskId });
    assert.match(text, /It does not wait: worker "w" runs attempt 1/);
    assert.equal(embedded[1]?.uri, `task://${taskId}/logs`);
    assert.equal(embedded[1]?.value.lines[0].message, "hi");
  });
});

Deno.test("diagnose_waiting_task only links a task that is too long to be read", async () => {
  await withPrompts(async ({ deps, queue }) => {
    const payload = { text: "x".repeat(100_000) };
    const { taskId } = await queue.submit({ type: "work", payload });
    const { embedded } = await getPrompt(diagnoseWaitingTask, deps, { "task_id": taskId });
    assert.deepEqual(embedded[0], { uri: `task://${taskId}`, value: undefined });
  });
});

Deno.test("diagnose_waiting_task says that there is no such task, and completes those that wait", async () => {
  await withPrompts(async ({ deps, queue }) => {
    const args = { "task_id": "none" };
    await assert.rejects(getPrompt(diagnoseWaitingTask, deps, args), TaskNotFoundError);
    const { taskId } = await queue.submit({ type: "other", payload: {} });
    await startTask(queue);
    const values = await complete(diagnoseWaitingTask, deps, ["task_id", taskId.slice(0, 4)]);
    assert.deepEqual(values, [taskId]);
    assert.deepEqual(await complete(diagnoseWaitingTask, deps, ["x", ""]), []);
  });
});

Deno.test("summarize_queue tells what runs, waits and fails, and shows the newest failures", async () => {
  await withPrompts(async ({ deps, queue, clock }) => {
    const failed: string[] = [];
    for (const code of ["oom", "oom", "lost", "oom"]) failed.push(await fail(queue, code));
    const running = await startTask(queue);
    await queue.renew({ ...running, progress: { step: 3 } });
    await clock.advance(120_000);
    const waiting = await queue.submit({ type: "weave", payload: {} });
    const { text, embedded } = await getPrompt(summarizeQueue, deps, {});
    assert.match(text, /Now: 1 queued, 1 running, 0 completed, 4 failed, 0 cancelled/);
    assert.match(
      text,
      new RegExp(`"${running.taskId}" \\("work"\\), attempt 1 on "w": submitted 2 min`),
    );
    assert.match(text, /progress "\{'step':3\}"/);
    assert.match(text, new RegExp(`"${waiting.taskId}" \\("weave"\\): submitted 0 s ago, 0 of 3`));
    assert.match(text, /- 3 with "oom", such as "because of oom"\n- 1 with "lost"/);
    assert.deepEqual(embedded.map(({ uri }) => uri), [
      "queue://counts",
      ...failed.slice(-3).map((id) => `task://${id}`),
    ]);
  });
});

Deno.test("summarize_queue keeps to a type, if one is given", async () => {
  await withPrompts(async ({ deps, queue }) => {
    await queue.submit({ type: "weave", payload: {} });
    await queue.submit({ type: "work", payload: {} });
    const { text } = await getPrompt(summarizeQueue, deps, { "task_type": "weave" });
    assert.match(text, /for tasks of type "weave"/);
    assert.match(text, /Now: 1 queued, 0 running/);
    assert.doesNotMatch(text, /\("work"\)/);
    assert.doesNotMatch(text, /Running longest/);
    assert.deepEqual(await complete(summarizeQueue, deps, ["task_type", "we"]), ["weave"]);
  });
});

Deno.test("the prompts embed nothing that their caller may not read", async () => {
  await withPrompts(async ({ deps, queue }) => {
    await queue.submit({ type: "work", payload: {} });
    const principal = { id: "p", scopes: ["peers:read"] };
    const { embedded } = await getPrompt(summarizeQueue, deps, {}, principal);
    assert.deepEqual(embedded, []);
    for (const prompt of [diagnoseWaitingTask, summarizeQueue]) {
      assert.equal(prompt.scope, "tasks:read");
    }
  });
});

Deno.test("summarize_queue says so when it has looked at the oldest failures only", async () => {
  await withPrompts(async ({ deps, queue }) => {
    for (let count = 0; count < 49; count++) await fail(queue, "oom");
    const before = await getPrompt(summarizeQueue, deps, {});
    assert.match(before.text, /Failures by code:\n- 49 with "oom"/);
    for (let count = 0; count < 3; count++) await fail(queue, "lost");
    const after = await getPrompt(summarizeQueue, deps, {});
    assert.match(after.text, /Failures by code, of the 50 oldest only:\n- 49 with "oom"/);
  });
});
