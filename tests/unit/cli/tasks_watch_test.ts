import assert from "node:assert/strict";
import { EXIT } from "../../../src/cli/mod.ts";
import { bindTool } from "../../../src/mcp/mod.ts";
import type { Task } from "../../../src/task/mod.ts";
import type { TaskEvent, TaskQueue } from "../../../src/taskqueue/mod.ts";
import { watchTask } from "../../../src/tools/mod.ts";
import { createFakeQueueDeps, type QueueCall } from "../tools/fake_queue.ts";
import { makeTask } from "../worker/make_task.ts";
import { type RunCommand, withToolServer } from "./tool_server.ts";

const running = makeTask({ id: "t", updatedAtMs: 1_000 });
const stepped = { ...running, updatedAtMs: 2_000, progress: { step: 1 } };
const done = makeTask({
  id: "t",
  status: "completed",
  lease: null,
  result: { n: 1 },
  updatedAtMs: 3_000,
});

/** A task with its log as it was at each call, one after the other. */
type Script = readonly { readonly task: Task; readonly lines: readonly string[] }[];

/** A queue that tells what is behind the watcher's cursor, as a real one does. */
function playing(script: Script): TaskQueue["watch"] {
  let calls = 0;
  return ({ afterLog = 0, onEvent }) => {
    const { task, lines } = script[Math.min(calls, script.length - 1)] ?? { lines: [] };
    calls++;
    if (task === undefined) return Promise.resolve(undefined);
    onEvent({ kind: "task", task });
    lines.forEach((message, index) => {
      const entry = { seq: index + 1, atMs: 0, stream: "stdout", message };
      const event: TaskEvent = { kind: "log", entry };
      if (entry.seq > afterLog) onEvent(event);
    });
    return Promise.resolve({ task, logCursor: lines.length });
  };
}

async function watching(
  script: Script,
  use: (run: RunCommand, calls: readonly QueueCall[]) => Promise<void>,
): Promise<void> {
  const deps = createFakeQueueDeps({ watch: playing(script) });
  await withToolServer([bindTool(watchTask, deps)], (run) => use(run, deps.calls));
}

const SCRIPT: Script = [
  { task: running, lines: [] },
  { task: running, lines: ["one", "two"] },
  { task: stepped, lines: ["one", "two"] },
  { task: done, lines: ["one", "two", "\u001b[31mthree"] },
];

Deno.test("mcpp tasks watch prints the log once each line, and the state aside", async () => {
  await watching(SCRIPT, async (run, calls) => {
    const { code, out, err } = await run(["tasks", "watch", "t"], { isInteractive: true });
    assert.equal(code, EXIT.ok);
    assert.equal(out, "one\ntwo\n\ufffd[31mthree\n");
    assert.equal(err, '… running\n… running {"step":1}\n… completed {"n":1}\n');
    const after = calls.map(({ input }) => (input as Record<string, unknown>)["afterLog"]);
    assert.deepEqual(after, [0, 0, 2, 2, 3]);
  });
});

Deno.test("mcpp tasks watch prints a line of JSON for each piece of news", async () => {
  await watching(SCRIPT, async (run) => {
    const { code, out, err } = await run(["tasks", "watch", "t", "--after", "1"]);
    assert.equal(code, EXIT.ok);
    assert.equal(err, "");
    const news = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(news.map((item) => item.message ?? item.task.status), [
      "running",
      "two",
      "running",
      "\u001b[31mthree",
      "completed",
    ]);
    assert.deepEqual(news[1], { event: "log", seq: 2, at: 0, stream: "stdout", message: "two" });
  });
});

Deno.test("mcpp tasks watch ends when the time is up, and says that the task goes on", async () => {
  await watching([{ task: running, lines: [] }], async (run) => {
    const { code, err } = await run(["tasks", "watch", "t", "--timeout", "0"]);
    assert.equal(code, EXIT.failed);
    assert.match(err, /\[task_unfinished\]/);
  });
});

Deno.test("mcpp tasks watch fails with a task that failed, and without a task", async () => {
  const error = { code: "oom", message: "no memory" };
  const failed = makeTask({ id: "t", status: "failed", lease: null, error });
  await watching([{ task: failed, lines: ["last words"] }], async (run) => {
    const { code, out, err } = await run(["tasks", "watch", "t"], { isInteractive: true });
    assert.equal(code, EXIT.failed);
    assert.equal(out, "last words\n");
    assert.match(err, /^… failed: no memory\nmcpp: .*\[oom\]/);
  });
  await watching([], async (run) => {
    const { code, err } = await run(["tasks", "watch", "none"]);
    assert.equal(code, EXIT.failed);
    assert.match(err, /\[task_not_found\]/);
  });
});
