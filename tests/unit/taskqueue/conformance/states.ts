import assert from "node:assert/strict";
import type { TaskStatus } from "../../../../src/task/mod.ts";
import type { TaskQueue } from "../../../../src/taskqueue/mod.ts";
import { COMPLETED, FAILED, type Test, TYPE, until } from "./fixture.ts";

/** A task, and the token that its last holder had. */
interface Held {
  readonly taskId: string;
  readonly token: string;
}

const FINAL_FAILURE = { ...FAILED, retryable: false };

async function lease(queue: TaskQueue): Promise<Held> {
  const { taskId } = await queue.submit({ type: TYPE, payload: {} });
  const [task] = await queue.claim({ worker: "w", types: [TYPE] });
  assert.equal(task?.id, taskId);
  return { taskId, token: task.lease?.token ?? "" };
}

/** Brings a task into each state. */
const STATES: Readonly<Record<TaskStatus, (queue: TaskQueue) => Promise<Held>>> = {
  async queued(queue) {
    const { taskId } = await queue.submit({ type: TYPE, payload: {} });
    return { taskId, token: `${taskId}:1:0000000000000000` };
  },
  running: lease,
  async completed(queue) {
    const held = await lease(queue);
    await queue.finish({ ...held, outcome: COMPLETED });
    return held;
  },
  async failed(queue) {
    const held = await lease(queue);
    await queue.finish({ ...held, outcome: FINAL_FAILURE });
    return held;
  },
  async cancelled(queue) {
    const held = await lease(queue);
    await queue.cancel({ taskId: held.taskId, reason: "" });
    return held;
  },
};

type Action = (queue: TaskQueue, held: Held) => Promise<unknown>;

/** All that can be done to a task. */
const ACTIONS = {
  claim: (queue) => queue.claim({ worker: "w2", types: [TYPE] }),
  renew: (queue, held) => queue.renew({ ...held, progress: { late: true } }),
  complete: (queue, held) => queue.finish({ ...held, outcome: COMPLETED }),
  fail: (queue, held) => queue.finish({ ...held, outcome: FAILED }),
  "fail for good": (queue, held) => queue.finish({ ...held, outcome: FINAL_FAILURE }),
  release: (queue, held) => queue.release({ ...held, reason: "" }),
  cancel: (queue, { taskId }) => queue.cancel({ taskId, reason: "" }),
  retry: (queue, { taskId }) => queue.retry({ taskId }),
} as const satisfies Record<string, Action>;

/** What comes of it: the state after, or the code of the refusal, which changes nothing. */
const OUTCOMES: Readonly<Record<TaskStatus, Readonly<Record<keyof typeof ACTIONS, string>>>> = {
  queued: {
    claim: "running",
    renew: "lease_lost",
    complete: "lease_lost",
    fail: "lease_lost",
    "fail for good": "lease_lost",
    release: "lease_lost",
    cancel: "cancelled",
    retry: "invalid_transition",
  },
  running: {
    claim: "running",
    renew: "running",
    complete: "completed",
    fail: "queued",
    "fail for good": "failed",
    release: "queued",
    cancel: "cancelled",
    retry: "invalid_transition",
  },
  completed: {
    claim: "completed",
    renew: "lease_lost",
    complete: "completed",
    fail: "lease_lost",
    "fail for good": "lease_lost",
    release: "lease_lost",
    cancel: "invalid_transition",
    retry: "invalid_transition",
  },
  failed: {
    claim: "failed",
    renew: "lease_lost",
    complete: "lease_lost",
    fail: "failed",
    "fail for good": "failed",
    release: "lease_lost",
    cancel: "invalid_transition",
    retry: "queued",
  },
  cancelled: {
    claim: "cancelled",
    renew: "cancelled",
    complete: "lease_lost",
    fail: "lease_lost",
    "fail for good": "lease_lost",
    release: "lease_lost",
    cancel: "cancelled",
    retry: "queued",
  },
};

const STATUSES = Object.keys(STATES) as readonly TaskStatus[];

async function codeOf(doing: Promise<unknown>): Promise<string | undefined> {
  try {
    await doing;
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Every action in every state. */
export function testStates(test: Test): void {
  for (const status of STATUSES) {
    test(`a ${status} task goes where each action leads, and nowhere else`, async ({ queue }) => {
      for (const [name, action] of Object.entries<Action>(ACTIONS)) {
        const held = await STATES[status](queue);
        const before = await queue.get(held.taskId);
        assert.equal(before?.status, status);
        const code = await codeOf(action(queue, held));
        const after = await queue.get(held.taskId);
        const expected = Reflect.get(OUTCOMES[status], name);
        assert.equal(code ?? after?.status, expected, name);
        if (code !== undefined) assert.deepEqual(after, before, name);
        await clear(queue, held.taskId);
      }
    });
  }

  test("retry gives a failed task all of its attempts again, and keeps its history", async (f) => {
    const { queue, advance } = f;
    const { taskId } = await queue.submit({ type: TYPE, payload: {}, maxAttempts: 2 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const [task] = await queue.claim({ worker: "w", types: [TYPE] });
      await queue.finish({ taskId, token: task?.lease?.token ?? "", outcome: FAILED });
      await advance(60_000);
    }
    const dead = await queue.get(taskId);
    assert.deepEqual([dead?.status, dead?.failures.length], ["failed", 2]);
    const waiting = queue.claim({ worker: "w", types: [TYPE], waitMs: 10_000 });
    await queue.get("let it begin");
    const retried = await queue.retry({ taskId, deadlineMs: 5_000 });
    assert.deepEqual([retried.status, retried.attempt, retried.error], ["queued", 0, null]);
    assert.equal(retried.failures.length, 2);
    assert.equal((retried.deadlineAtMs ?? 0) - retried.updatedAtMs, 5_000);
    assert.equal((await waiting)[0]?.attempt, 1);
    await advance(5_000);
    await until(async () => (await queue.get(taskId))?.error?.code === "deadline_exceeded");
    assert.equal(await codeOf(queue.retry({ taskId: "nope" })), "task_not_found");
  });
}

/** Takes a task out of the way of the next one. */
async function clear(queue: TaskQueue, taskId: string): Promise<void> {
  const task = await queue.get(taskId);
  if (task?.status === "queued" || task?.status === "running") {
    await queue.cancel({ taskId, reason: "" });
  }
}
