import assert from "node:assert/strict";
import type { Task } from "../../../../src/task/mod.ts";
import type { TaskQueue } from "../../../../src/taskqueue/mod.ts";

/** A queue under test, with power over its time. */
export interface QueueFixture {
  /** The queue as its users have it. */
  readonly queue: TaskQueue;
  /** Task types that its node's workers take. */
  readonly taskTypes: readonly string[];
  /** How long its leases last. */
  readonly leaseMs: number;
  /** Lets time pass and deals with what falls due. */
  advance(ms: number): Promise<void>;
}

/** Runs a test body with an empty queue, and ends what belongs to it. */
export type WithQueue = (body: (fixture: QueueFixture) => Promise<void>) => Promise<void>;

/** What the workers of the tests take. */
export const TYPE = "text";
export const PAYLOAD = { text: "h\u00e9llo \u{1F600}", list: [1, null, { deep: true }] };
export const COMPLETED = { status: "completed", result: { answer: 42 } } as const;
export const FAILED = {
  status: "failed",
  error: { code: "executor_failed", message: "no luck" },
  retryable: true,
} as const;

/** Claims one task, or fails. */
export async function claimOne(
  queue: TaskQueue,
  worker = "w1",
): Promise<{ task: Task; token: string }> {
  const [task] = await queue.claim({ worker, types: [TYPE] });
  assert.ok(task?.lease, "nothing to claim");
  return { task, token: task.lease.token };
}

/** Submits a task and claims it. */
export async function submitAndClaim(queue: TaskQueue): Promise<{ taskId: string; token: string }> {
  const { taskId } = await queue.submit({ type: TYPE, payload: PAYLOAD });
  const { task, token } = await claimOne(queue);
  assert.equal(task.id, taskId);
  return { taskId, token };
}

/** Waits until a condition that other tasks bring about holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (await condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("The condition never held");
}

/** Whether an error has this code. */
export function hasCode(code: string) {
  return (error: unknown) => error instanceof Error && "code" in error && error.code === code;
}

/** Registers a test of the queue under test. */
export type Test = (title: string, body: (fixture: QueueFixture) => Promise<void>) => void;
