/**
 * A queue with callers that wait for tasks which nobody does: what they cost while nothing happens. A
 * process of its own, so that nothing else uses its memory and its time. Needs `--expose-gc`.
 */

import process from "node:process";
import { runTaskGroup } from "../../src/concurrency/mod.ts";
import { openSqliteTaskStore } from "../../src/store/sqlite/mod.ts";
import { createLocalTaskQueue, runSweeper } from "../../src/taskqueue/mod.ts";
import { answerQuestions } from "./answer_questions.ts";

declare function gc(): void;

const WAIT_MS = 300_000;

/** Let everything that is under way come to rest. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let count = 0; count < 3; count++) gc();
}

const directory = await Deno.makeTempDir({ prefix: "mcpp-bench-" });
await runTaskGroup(async (group) => {
  await using store = openSqliteTaskStore({ path: `${directory}/queue.sqlite` });
  const queue = createLocalTaskQueue({ store, peerId: "bench" }, { maxWaiters: 20_000 });
  group.spawn("sweep", (signal) => runSweeper(queue, { signal }));
  const taskIds: string[] = [];
  const waits: Promise<unknown>[] = [];
  await answerQuestions({
    async submit({ count }) {
      const submitted = Array.from(
        { length: Number(count) },
        () => queue.submit({ type: "never.done", payload: {} }),
      );
      for (const { taskId } of await Promise.all(submitted)) taskIds.push(taskId);
      return {};
    },
    wait({ count }) {
      for (const taskId of taskIds.splice(0, Number(count))) {
        waits.push(queue.wait({ taskId, timeoutMs: WAIT_MS }, { signal: group.signal }));
      }
      return Promise.resolve({});
    },
    async memory() {
      await settle();
      return {
        heapBytes: process.memoryUsage().heapUsed,
        residentBytes: process.memoryUsage().rss,
      };
    },
    async idle({ ms }) {
      const [before, startMs] = [process.cpuUsage(), performance.now()];
      await new Promise((resolve) => setTimeout(resolve, Number(ms)));
      const { user, system } = process.cpuUsage(before);
      return { cpuShare: (user + system) / 1000 / (performance.now() - startMs) };
    },
  });
  group.cancel();
  await Promise.allSettled(waits);
});
