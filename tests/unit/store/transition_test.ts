import assert from "node:assert/strict";
import {
  cancelTask,
  createRecord,
  expireTask,
  finishAttempt,
  releaseLease,
  retryTask,
  startAttempt,
  type TaskRecord,
} from "../../../src/store/transition/mod.ts";
import {
  canTransition,
  InvalidTransitionError,
  LeaseLostError,
  TASK_STATUSES,
  type TaskStatus,
} from "../../../src/task/mod.ts";
import { COMPLETED, failed, newClaim, newTask } from "./conformance/new_task.ts";

const NOW_MS = 10;
const LEASE_OVER_MS = 1_000_000;
const DEADLINE_MS = 2_000_000;

const queued = createRecord(newTask({ maxAttempts: 2, deadlineAtMs: DEADLINE_MS }));
const running = startAttempt(queued, newClaim());
const lease = { taskId: running.task.id, token: running.task.lease?.token ?? "", nowMs: NOW_MS };

/** A record in each state; those that are final were running before. */
const IN_STATE: Readonly<Record<TaskStatus, TaskRecord>> = {
  queued,
  running,
  completed: finishAttempt(running, { ...lease, outcome: COMPLETED }),
  failed: finishAttempt(running, { ...lease, outcome: failed({ retryable: false }) }),
  cancelled: cancelTask(running, { taskId: lease.taskId, nowMs: NOW_MS, reason: "" }),
};

const backoffMs = () => 0;

/** All ways that lead into a state. */
const STEPS: Readonly<Record<TaskStatus, readonly ((record: TaskRecord) => TaskRecord)[]>> = {
  queued: [
    (record) => finishAttempt(record, { ...lease, outcome: failed() }),
    (record) => releaseLease(record, { ...lease, reason: "" }),
    (record) => expireTask(record, { nowMs: LEASE_OVER_MS, backoffMs }),
    (record) => retryTask(record, { taskId: lease.taskId, nowMs: NOW_MS, deadlineAtMs: null }),
  ],
  running: [(record) => startAttempt(record, newClaim())],
  completed: [(record) => finishAttempt(record, { ...lease, outcome: COMPLETED })],
  failed: [
    (record) => finishAttempt(record, { ...lease, outcome: failed({ retryable: false }) }),
    (record) => expireTask(record, { nowMs: DEADLINE_MS, backoffMs }),
  ],
  cancelled: [
    (record) => cancelTask(record, { taskId: lease.taskId, nowMs: NOW_MS, reason: "" }),
  ],
};

/** The state that the step leads to; `undefined` if it is refused or changes nothing. */
function tryStep(
  record: TaskRecord,
  step: (record: TaskRecord) => TaskRecord,
): TaskStatus | undefined {
  try {
    const after = step(record);
    return after === record ? undefined : after.task.status;
  } catch (error) {
    assert.ok(error instanceof InvalidTransitionError || error instanceof LeaseLostError);
    return undefined;
  }
}

for (const from of TASK_STATUSES) {
  for (const to of TASK_STATUSES) {
    const isAllowed = canTransition(from, to);
    Deno.test(`transitions ${isAllowed ? "lead" : "never lead"} from ${from} to ${to}`, () => {
      const reached = STEPS[to].map((step) => tryStep(IN_STATE[from], step));
      assert.equal(reached.includes(to), isAllowed, String(reached));
    });
  }
}

Deno.test("startAttempt makes a token from which the task's id can be read", () => {
  const record = createRecord(newTask({ id: "a:b:1" }));
  const token = startAttempt(record, newClaim()).task.lease?.token ?? "";
  assert.match(token, /^a:b:1:1:[0-9a-f]{16}$/);
  assert.notEqual(startAttempt(record, newClaim()).task.lease?.token, token);
});
