import { FakeClock, runTaskGroup, type TaskGroup } from "../../../src/concurrency/mod.ts";
import type { TaskStore } from "../../../src/store/mod.ts";
import { createMemoryTaskStore } from "../../../src/store/memory/mod.ts";
import {
  createLocalTaskQueue,
  type LocalTaskQueue,
  runSweeper,
  type TaskQueueLimits,
} from "../../../src/taskqueue/mod.ts";

/** A local queue whose time a test owns. */
export interface LocalFixture {
  readonly queue: LocalTaskQueue;
  readonly store: TaskStore;
  readonly clock: FakeClock;
  readonly group: TaskGroup;
}

/** What a local queue of a test can be given. */
export interface LocalFixtureOptions {
  readonly peerId?: string;
  readonly limits?: Partial<TaskQueueLimits>;
  readonly openStore?: () => TaskStore;
  readonly taskTypes?: readonly string[];
}

/** Task types that the workers of the queue's node take. */
export const TASK_TYPES = ["text", "tool.call"];

/** Runs a test body with a local queue and its sweeper, and ends them. */
export async function withLocalQueue(
  body: (fixture: LocalFixture) => Promise<void>,
  options: LocalFixtureOptions = {},
): Promise<void> {
  const { peerId = "", limits, openStore = createMemoryTaskStore } = options;
  const { taskTypes = TASK_TYPES } = options;
  const clock = new FakeClock(1_000_000);
  await using store = openStore();
  const capabilities = () => ({ taskTypes });
  const random = () => 0.5;
  const queue = createLocalTaskQueue({ store, peerId, clock, capabilities, random }, limits);
  await runTaskGroup(async (group) => {
    group.spawn("sweeper", (signal) => runSweeper(queue, { clock, signal }));
    await body({ queue, store, clock, group });
    group.cancel("the test is over");
  });
}
