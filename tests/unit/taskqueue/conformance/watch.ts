import assert from "node:assert/strict";
import type { TaskEvent, WatchTask } from "../../../../src/taskqueue/mod.ts";
import { COMPLETED, submitAndClaim, type Test, TYPE, until } from "./fixture.ts";

function collect(): Pick<WatchTask, "onEvent"> & {
  readonly lines: string[];
  readonly seqs: number[];
  readonly states: string[];
} {
  const [lines, seqs, states]: [string[], number[], string[]] = [[], [], []];
  const onEvent = (event: TaskEvent) => {
    if (event.kind === "task") {
      states.push(`${event.task.status} ${JSON.stringify(event.task.progress)}`);
    } else {
      lines.push(`${event.entry.stream}: ${event.entry.message}`);
      seqs.push(event.entry.seq);
    }
  };
  return { onEvent, lines, seqs, states };
}

const out = (message: string) => ({ stream: "stdout", message });

/** News of a task, pushed. */
export function testWatch(test: Test): void {
  test("watch tells of states, progress and each line of log", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    await queue.renew({ taskId, token, logs: [out("one"), { stream: "stderr", message: "two" }] });
    const news = collect();
    const watching = queue.watch({ taskId, onEvent: news.onEvent });
    await until(() => news.states.length > 0);
    await queue.renew({ taskId, token, progress: { step: 1 }, logs: [out("three")] });
    await until(() => news.states.length > 1);
    const task = await queue.finish({ taskId, token, outcome: COMPLETED });
    const watched = await watching;
    assert.deepEqual(watched, { task, logCursor: 3 });
    assert.deepEqual(news.lines, ["stdout: one", "stderr: two", "stdout: three"]);
    assert.deepEqual(news.seqs, [1, 2, 3]);
    assert.deepEqual(news.states.slice(0, 2), ["running null", 'running {"step":1}']);
    assert.match(news.states.at(-1) ?? "", /^completed/);
  });

  test("watch goes on where its cursor says", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    await queue.renew({ taskId, token, logs: [out("one"), out("two"), out("three")] });
    const news = collect();
    const watched = await queue.watch({ taskId, timeoutMs: 0, afterLog: 2, onEvent: news.onEvent });
    assert.deepEqual(news.lines, ["stdout: three"]);
    assert.equal(watched?.logCursor, 3);
    assert.equal(watched?.task.status, "running");
  });

  test("watch tells of many lines in order", async ({ queue }) => {
    const { taskId, token } = await submitAndClaim(queue);
    for (let n = 0; n < 5; n++) {
      const logs = Array.from({ length: 150 }, (_, m) => out(`${n * 150 + m}`));
      await queue.renew({ taskId, token, logs });
    }
    const news = collect();
    await queue.watch({ taskId, timeoutMs: 0, onEvent: news.onEvent });
    assert.deepEqual(news.lines, Array.from({ length: 750 }, (_, n) => `stdout: ${n}`));
  });

  test("watch returns at the end of its time, and finds nothing where nothing is", async (f) => {
    const { queue, advance } = f;
    const { onEvent } = collect();
    assert.equal(await queue.watch({ taskId: "nope", onEvent }), undefined);
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const watching = queue.watch({ taskId, timeoutMs: 5_000, onEvent });
    await queue.get("let it begin");
    await advance(5_000);
    assert.equal((await watching)?.task.status, "queued");
  });

  test("watch ends when its signal aborts", async ({ queue }) => {
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    const controller = new AbortController();
    const { onEvent } = collect();
    const watching = queue.watch({ taskId, onEvent }, { signal: controller.signal });
    controller.abort(new Error("gave up"));
    await assert.rejects(watching, /gave up/);
  });
}
