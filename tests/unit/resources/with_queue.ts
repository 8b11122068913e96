import { FakeClock } from "../../../src/concurrency/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import { createLocalTaskQueue, type LocalTaskQueue } from "../../../src/taskqueue/mod.ts";

/** A queue in memory, whose worker takes `work`. */
export interface QueueFixture {
  readonly queue: LocalTaskQueue;
  readonly clock: FakeClock;
}

/** Runs a test body with a queue. */
export async function withQueue(use: (fixture: QueueFixture) => Promise<void>): Promise<void> {
  await using store = createMemoryTaskStore();
  const clock = new FakeClock(1_000_000);
  const capabilities = () => ({ taskTypes: ["work"] });
  const queue = createLocalTaskQueue({ store, peerId: "me", clock, capabilities });
  await use({ queue, clock });
}

/** Submits a task and claims it. */
export async function startTask(queue: LocalTaskQueue, payload = {}) {
  const { taskId } = await queue.submit({ type: "work", payload });
  const [task] = await queue.claim({ worker: "w", types: ["work"] });
  return { taskId, token: task?.lease?.token ?? "" };
}
