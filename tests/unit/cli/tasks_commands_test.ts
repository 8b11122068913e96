import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindTool, type BoundTool } from "../../../src/mcp/mod.ts";
import { TaskNotFoundError } from "../../../src/task/mod.ts";
import type { TaskQueue } from "../../../src/taskqueue/mod.ts";
import {
  cancelTask,
  countTasks,
  getTask,
  listTasks,
  retryTask,
  submitTask,
  waitTask,
} from "../../../src/tools/mod.ts";
import { createFakeQueueDeps, type QueueCall } from "../tools/fake_queue.ts";
import { makeTask } from "../worker/make_task.ts";
import { parseOut, type RunCommand, withToolServer } from "./tool_server.ts";

const done = makeTask({
  id: "t",
  status: "completed",
  lease: null,
  result: { n: 1 },
  createdAtMs: 1_000,
});
const failed = makeTask({
  id: "f",
  status: "failed",
  lease: null,
  error: { code: "oom", message: "no \u001b[2Jmemory" },
});
const running = makeTask({ id: "r", progress: { step: 1 } });

async function withQueue(
  queue: Partial<TaskQueue>,
  use: (run: RunCommand, calls: readonly QueueCall[]) => Promise<void>,
): Promise<void> {
  const deps = createFakeQueueDeps(queue);
  const tools: readonly BoundTool[] = [
    bindTool(cancelTask, deps),
    bindTool(countTasks, deps),
    bindTool(getTask, deps),
    bindTool(listTasks, deps),
    bindTool(retryTask, deps),
    bindTool(submitTask, deps),
    bindTool(waitTask, deps),
  ];
  await withToolServer(tools, (run) => use(run, deps.calls));
}

Deno.test("mcpp tasks list prints a table for a person, and says how to go on", async () => {
  await withQueue({ list: () => Promise.resolve([done, failed]) }, async (run, calls) => {
    const { code, out } = await run(
      ["tasks", "list", "--status", "failed", "--type", "a", "--type", "b", "--limit", "2"],
      { isInteractive: true },
    );
    assert.equal(code, EXIT.ok);
    const [head, first, second, more] = out.split("\n");
    assert.match(head ?? "", /^TASK {2}TYPE {7}STATE {6}PRIORITY {2}ATTEMPT {2}AGE .*ERROR$/);
    assert.match(first ?? "", /^t {5}tool\.call {2}completed {2}5 .*w$/);
    assert.match(second ?? "", /^f .*no \ufffd\[2Jmemory$/);
    assert.equal(more, "More: --after f");
    const input = calls[0]?.input as Record<string, unknown>;
    assert.deepEqual([input["status"], input["types"], input["limit"]], ["failed", ["a", "b"], 2]);
  });
});

Deno.test("mcpp tasks list prints JSON for a program", async () => {
  await withQueue({ list: () => Promise.resolve([done]) }, async (run, calls) => {
    const ran = await run(["tasks", "list", "--after", "x"]);
    const [task] = parseOut(ran)["tasks"] as Record<string, unknown>[];
    assert.equal(task?.["task_id"], "t");
    assert.equal((calls[0]?.input as Record<string, unknown>)["afterTaskId"], "x");
  });
});

Deno.test("mcpp tasks get shows a task, and fails without one", async () => {
  const get: TaskQueue["get"] = (id) => Promise.resolve(id === "t" ? done : undefined);
  await withQueue({ get }, async (run) => {
    const shown = await run(["tasks", "get", "t"], { isInteractive: true });
    assert.equal(shown.code, EXIT.ok);
    assert.match(shown.out, /^Task {7}t\nType {7}tool\.call\nState {6}completed\n/);
    assert.match(shown.out, /^Submitted {2}1970-01-01T00:00:01\.000Z \(\d+d ago\)$/m);
    assert.match(shown.out, /^Attempt {4}1 of 3$/m);
    assert.match(shown.out, /^Result {5}\{"n":1\}$/m);
    const program = await run(["tasks", "get", "t"]);
    assert.equal((parseOut(program)["task"] as Record<string, unknown>)["status"], "completed");
    const none = await run(["tasks", "get", "none"]);
    assert.equal(none.code, EXIT.failed);
    assert.deepEqual(parseOut(none), { ok: true, task: null });
    assert.match(none.err, /task "none" \[task_not_found\]/);
  });
});

Deno.test("mcpp tasks counts prints a row for each type and one for all", async () => {
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const counts = { total: { ...none, queued: 3 }, byType: new Map([["a", none]]) };
  await withQueue({ counts: () => Promise.resolve(counts) }, async (run) => {
    const { out } = await run(["tasks", "counts"], { isInteractive: true });
    const [head, first, all] = out.split("\n");
    assert.match(head ?? "", /^TYPE {3}QUEUED {2}RUNNING {2}COMPLETED {2}FAILED {2}CANCELLED$/);
    assert.match(first ?? "", /^a {6}0 {7}0/);
    assert.match(all ?? "", /^\(all\) {2}3 {7}0/);
  });
});

Deno.test("mcpp tasks cancel and retry change a task, or say why not", async () => {
  const queue: Partial<TaskQueue> = {
    cancel: () => Promise.resolve({ ...done, status: "cancelled", error: null }),
    retry: () => Promise.reject(new TaskNotFoundError("t")),
  };
  await withQueue(queue, async (run, calls) => {
    const cancelled = await run(["tasks", "cancel", "t", "--reason", "enough"], {
      isInteractive: true,
    });
    assert.equal(cancelled.out, "Task t (tool.call) is cancelled\n");
    assert.deepEqual(calls[0]?.input, { taskId: "t", reason: "enough" });
    const retried = await run(["tasks", "retry", "t", "--deadline", "2"], { isInteractive: true });
    assert.equal(retried.code, EXIT.failed);
    assert.match(retried.err, /\[task_not_found\]/);
    assert.equal(retried.out, "");
    assert.deepEqual(calls[1]?.input, { taskId: "t", deadlineMs: 2_000 });
  });
});

Deno.test("mcpp tasks wait prints the task, progress aside, and fails unless it completed", async () => {
  const queue: Partial<TaskQueue> = {
    get: (taskId) => Promise.resolve(taskId === "none" ? undefined : running),
    watch({ taskId, onEvent }) {
      onEvent({ kind: "task", task: running });
      return Promise.resolve({ task: taskId === "t" ? done : failed, logCursor: 0 });
    },
  };
  await withQueue(queue, async (run) => {
    const completed = await run(["tasks", "wait", "t"], { isInteractive: true });
    assert.equal(completed.code, EXIT.ok);
    assert.match(completed.out, /^Result {5}\{"n":1\}$/m);
    assert.equal(completed.err, '… running {"step":1}\n');
    const failure = await run(["tasks", "wait", "f"]);
    assert.equal(failure.code, EXIT.failed);
    assert.equal((parseOut(failure)["task"] as Record<string, unknown>)["status"], "failed");
    assert.match(failure.err, /task "f" is failed.*\[oom\]/);
    const late = await run(["tasks", "wait", "r", "--timeout", "0"]);
    assert.equal(late.code, EXIT.failed);
    assert.match(late.err, /\[task_unfinished\]\nhint: .*mcpp tasks wait r/);
    const none = await run(["tasks", "wait", "none"]);
    assert.equal(none.code, EXIT.failed);
    assert.match(none.err, /\[task_not_found\]/);
  });
});

Deno.test("mcpp tasks wait goes on asking until the task has ended", async () => {
  const states = [{ ...running, logCount: 5 }, { ...running, logCount: 7 }, done];
  const queue: Partial<TaskQueue> = {
    get: () => Promise.resolve({ ...running, logCount: 2 }),
    watch: () => Promise.resolve({ task: states.shift() ?? done, logCursor: 0 }),
  };
  await withQueue(queue, async (run, calls) => {
    const { code } = await run(["tasks", "wait", "r"]);
    assert.equal(code, EXIT.ok);
    assert.deepEqual(calls.map(({ method }) => method), ["get", "watch", "watch", "watch"]);
    const inputs = calls.slice(1).map(({ input }) => input as Record<string, unknown>);
    assert.deepEqual(inputs.map(({ timeoutMs }) => timeoutMs), [60_000, 60_000, 60_000]);
    assert.deepEqual(inputs.map(({ afterLog }) => afterLog), [2, 5, 7]);
  });
});

const receipt = { taskId: "t", peerId: "peer", created: true };

Deno.test("mcpp tasks submit gives the queue what its flags say", async () => {
  await withQueue({ submit: () => Promise.resolve(receipt) }, async (run, calls) => {
    const flags = [
      ...["--model", "m", "--priority", "9", "--delay", "1.5", "--deadline", "60"],
      ...["--max-attempts", "2", "--key", "k", "--id", "mine"],
      ...["--requires", "gpu", "--requires", "big", "--session", "s"],
    ];
    const ran = await run(["tasks", "submit", "work", "-", ...flags], { stdin: '{"n":1}' });
    assert.equal(ran.code, EXIT.ok);
    assert.equal(parseOut(ran)["task_id"], "t");
    assert.deepEqual(calls[0]?.input, {
      type: "work",
      model: "m",
      payload: { n: 1 },
      priority: 9,
      maxAttempts: 2,
      delayMs: 1_500,
      deadlineMs: 60_000,
      idempotencyKey: "k",
      taskId: "mine",
      requires: ["gpu", "big"],
      stickyWorker: undefined,
      session: "s",
    });
    const person = await run(["tasks", "submit", "work"], { isInteractive: true });
    assert.equal(person.out, "Task t is queued on peer\n");
    assert.deepEqual((calls[1]?.input as Record<string, unknown>)["payload"], {});
  });
});

Deno.test("mcpp tasks submit --wait prints the id aside and the task as its result", async () => {
  const queue: Partial<TaskQueue> = {
    submit: () => Promise.resolve(receipt),
    get: () => Promise.resolve(done),
  };
  await withQueue(queue, async (run, calls) => {
    const ran = await run(["tasks", "submit", "work", "{}", "--wait"]);
    assert.equal(ran.code, EXIT.ok);
    assert.equal(ran.err, "Submitted task t\n");
    assert.equal((parseOut(ran)["task"] as Record<string, unknown>)["status"], "completed");
    assert.deepEqual(calls.map(({ method, input }) => [method, input]).at(-1), ["get", "t"]);
  });
});

Deno.test("mcpp tasks refuses what makes no sense before it asks anybody", async () => {
  await withQueue({}, async (run) => {
    for (
      const [args, message] of [
        [["list", "--status", "lost"], /Allowed choices are queued, running/],
        [["list", "--limit", "0"], /Give a whole number from 1 to 1000/],
        [["submit", "work", "--priority", "1.5"], /Give a whole number from 1 to 10/],
        [["submit", "work", "--delay", "soon"], /Give a number from 0/],
        [["submit", "work", "[1]"], /it is not an object/],
        [["submit"], /missing required argument 'type'/],
        [["get"], /missing required argument 'id'/],
        [["frobnicate"], /unknown command 'frobnicate'/],
      ] as const
    ) {
      const { code, out, err } = await run(["tasks", ...args]);
      assert.equal(code, EXIT.usage, args.join(" "));
      assert.match(err, message);
      assert.equal(out, "");
    }
  });
});

Deno.test("mcpp tasks and each of its commands have help with examples", async () => {
  await withQueue({}, async (run) => {
    const { out } = await run(["tasks", "--help"]);
    for (
      const name of ["submit", "list", "get", "counts", "wait", "watch", "cancel", "retry"]
    ) {
      assert.match(out, new RegExp(`^  ${name} `, "m"));
      const help = await run(["tasks", name, "--help"]);
      assert.equal(help.code, EXIT.ok);
      assert.match(help.out, new RegExp(`Examples:\n {2}mcpp tasks ${name}`));
      assert.match(help.out, /--peer <multiaddr>/);
    }
  });
});
