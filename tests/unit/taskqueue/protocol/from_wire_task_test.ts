import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../../../src/codec/mod.ts";
import { fromWireTask } from "../../../../src/taskqueue/protocol/from_wire_task.ts";

const SEED = {
  "task_id": "abc",
  "task_type": "text",
  "model_name": "gpt2",
  payload: { prompt: "hi" },
  status: "running",
  "assigned_worker": "w1",
  "created_at": 1_795_224_520.5,
  "updated_at": 1_795_224_521.25,
  result: null,
  error: null,
} satisfies JsonObject;

const HEAD = {
  ...SEED,
  priority: 7,
  attempt: 2,
  "max_attempts": 3,
  "next_attempt_at": 0,
  "lease_until": 1_795_224_821.25,
  "heartbeat_at": 1_795_224_521.25,
  "idempotency_key": null,
} satisfies JsonObject;

Deno.test("fromWireTask fills in what an early Python peer does not say", () => {
  assert.deepEqual(fromWireTask(SEED), {
    id: "abc",
    type: "text",
    model: "gpt2",
    payload: { prompt: "hi" },
    status: "running",
    priority: 5,
    attempt: 1,
    maxAttempts: 1,
    createdAtMs: 1_795_224_520_500,
    updatedAtMs: 1_795_224_521_250,
    notBeforeMs: 1_795_224_520_500,
    deadlineAtMs: null,
    lease: { worker: "w1", token: "", untilMs: 1_795_224_821_250, isFenced: false },
    assignedWorker: "w1",
    progress: null,
    result: null,
    error: null,
    failures: [],
    idempotencyKey: null,
    requires: [],
    affinity: null,
    logCount: 0,
  });
});

Deno.test("fromWireTask reads what a later Python peer says", () => {
  const task = fromWireTask(HEAD);
  assert.equal(task?.priority, 7);
  assert.equal(task.attempt, 2);
  assert.equal(task.maxAttempts, 3);
  assert.equal(task.notBeforeMs, task.createdAtMs);
  assert.deepEqual(task.lease, {
    worker: "w1",
    token: "",
    untilMs: 1_795_224_821_250,
    isFenced: false,
  });
});

Deno.test("fromWireTask reads tags, affinity, and the end of the log", () => {
  const task = fromWireTask({
    ...HEAD,
    requires: ["gpu", "linux"],
    "sticky_worker_id": "w9",
    "session_id": null,
    "affinity_until": 1_795_224_600,
    "log_count": 12,
  });
  assert.deepEqual(task?.requires, ["gpu", "linux"]);
  assert.deepEqual(task.affinity, {
    worker: "w9",
    session: null,
    untilMs: 1_795_224_600_000,
  });
  assert.equal(task.logCount, 12);
});

const LEASES: readonly (readonly [JsonObject, boolean])[] = [
  [{}, false],
  [{ "lease_token": "t" }, true],
  [{ "lease_token": "t", fenced: false }, false],
  [{ fenced: true }, true],
  [{ fenced: null }, false],
];

for (const [members, isFenced] of LEASES) {
  Deno.test(`fromWireTask takes ${JSON.stringify(members)} for a lease ${isFenced ? "with" : "without"} a fence`, () => {
    assert.equal(fromWireTask({ ...HEAD, ...members })?.lease?.isFenced, isFenced);
  });
}

Deno.test("fromWireTask gives only running tasks a lease", () => {
  for (const status of ["queued", "completed", "failed", "cancelled"]) {
    const task = fromWireTask({ ...HEAD, status });
    assert.equal(task?.lease, null);
    assert.equal(task.status, status);
  }
  assert.equal(fromWireTask({ ...SEED, status: "queued" })?.attempt, 0);
});

Deno.test("fromWireTask keeps results and errors of any kind", () => {
  const done = { ...SEED, status: "completed" };
  assert.deepEqual(fromWireTask({ ...done, result: { a: 1 } })?.result, { a: 1 });
  assert.deepEqual(fromWireTask({ ...done, result: "text" })?.result, { result: "text" });
  const failed = { ...SEED, status: "failed" };
  assert.deepEqual(fromWireTask(failed)?.error, { code: "failed", message: "" });
  assert.deepEqual(fromWireTask({ ...failed, error: "no", "error_code": "x" })?.error, {
    code: "x",
    message: "no",
  });
});

Deno.test("fromWireTask reads the history", () => {
  const failure = { attempt: 1, worker: "w", code: "lease_expired", message: "gone" };
  const task = fromWireTask({ ...HEAD, failures: [{ ...failure, at: 2.5 }] });
  assert.deepEqual(task?.failures, [{ ...failure, atMs: 2_500 }]);
});

const NONSENSE: Readonly<Record<string, JsonValue>> = {
  "task_id": "",
  "task_type": null,
  "model_name": 5,
  payload: "text",
  status: "weird",
  "assigned_worker": 5,
  "created_at": null,
  "updated_at": "now",
  error: {},
  progress: [],
  priority: "high",
  attempt: true,
  "lease_until": "soon",
  "lease_token": 5,
  fenced: "yes",
  failures: [{}],
  requires: ["gpu", 5],
  "log_count": "many",
  "affinity_until": "later",
};

for (const [member, value] of Object.entries(NONSENSE)) {
  Deno.test(`fromWireTask refuses ${JSON.stringify(value)} as ${member}`, () => {
    assert.notEqual(fromWireTask(HEAD), undefined);
    assert.equal(fromWireTask({ ...HEAD, [member]: value }), undefined);
  });
}

Deno.test("fromWireTask refuses what is no object", () => {
  for (const value of [undefined, null, 5, "task", []]) {
    assert.equal(fromWireTask(value), undefined);
  }
});
