import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson, toJson } from "../../../../src/codec/mod.ts";
import { isTerminal, type Task, TASK_STATUSES } from "../../../../src/task/mod.ts";
import { toWireTask } from "../../../../src/taskqueue/mod.ts";
import { jsonBytes } from "../../../../src/taskqueue/json_size.ts";
import { fitResults, fitTask, fitTasks } from "../../../../src/taskqueue/protocol/fit_reply.ts";
import { fromWireTask } from "../../../../src/taskqueue/protocol/from_wire_task.ts";

const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) =>
  JSON.parse(JSON.stringify(value))
);
const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });

const failure = fc.record({
  attempt: fc.nat(),
  atMs: timeMs,
  worker: fc.string(),
  code: fc.string(),
  message: fc.string(),
}, { noNullPrototype: true });

const anyTask: fc.Arbitrary<Task> = fc.record({
  id: fc.string({ minLength: 1 }),
  type: fc.string(),
  model: fc.string(),
  payload: json,
  status: fc.constantFrom(...TASK_STATUSES),
  priority: fc.integer({ min: 1, max: 10 }),
  attempt: fc.nat(),
  maxAttempts: fc.nat(),
  createdAtMs: timeMs,
  updatedAtMs: timeMs,
  // Python peers write 0 for "at once".
  notBeforeMs: timeMs.map((ms) => ms + 1),
  deadlineAtMs: fc.option(timeMs),
  assignedWorker: fc.option(fc.string()),
  progress: fc.option(json),
  result: fc.option(json),
  failures: fc.array(failure),
  idempotencyKey: fc.option(fc.string()),
  requires: fc.array(fc.string()),
  logCount: fc.nat(),
  affinity: fc.option(fc.record({
    worker: fc.option(fc.string()),
    session: fc.string(),
    untilMs: timeMs,
  }, { noNullPrototype: true })),
  untilMs: timeMs,
  token: fc.string({ minLength: 1 }),
  isFenced: fc.boolean(),
  code: fc.string(),
  message: fc.string(),
}).map(({ untilMs, token, isFenced, code, message, ...task }) => ({
  ...task,
  lease: task.status === "running"
    ? { worker: task.assignedWorker ?? "", token, untilMs, isFenced }
    : null,
  error: isTerminal(task.status) && task.status !== "completed" ? { code, message } : null,
}));

Deno.test("fromWireTask gives back what toWireTask was given, to the holder", () => {
  fc.assert(fc.property(anyTask, (task) => {
    const text = toJson(toWireTask(task, { withLeaseToken: true }));
    assert.deepEqual(fromWireTask(parseJson(text)), task);
  }));
});

Deno.test("toWireTask leaves the token out unless it is asked for", () => {
  fc.assert(fc.property(anyTask, (task) => {
    assert.ok(!("lease_token" in toWireTask(task)));
    if (task.lease !== null) {
      assert.deepEqual(fromWireTask(toWireTask(task))?.lease, { ...task.lease, token: "" });
    }
  }));
});

const PYTHON_TASK = {
  "task_id": "abc",
  "task_type": "text-generation",
  "model_name": "gpt2",
  payload: { prompt: "hi" },
  status: "failed",
  "assigned_worker": "w1",
  "created_at": 1795224520.7372637,
  "updated_at": 1795224520.762402,
  result: { result: "done" },
  error: "e",
};

Deno.test("fromWireTask reads a task of a Python peer", () => {
  const task = fromWireTask(PYTHON_TASK);
  assert.equal(task?.createdAtMs, 1795224520737);
  assert.equal(task.updatedAtMs, 1795224520762);
  assert.deepEqual(task.error, { code: "failed", message: "e" });
  assert.equal(task.priority, 5);
  assert.equal(task.attempt, 1);
  assert.equal(task.lease, null);
  assert.deepEqual(task.failures, []);
});

Deno.test("fromWireTask gives a task that a Python peer leased a lease without a token", () => {
  const { updated_at: _updated, result: _result, error: _error, ...claimed } = PYTHON_TASK;
  const task = fromWireTask({ ...claimed, status: "running" });
  assert.deepEqual(task?.lease, {
    worker: "w1",
    token: "",
    untilMs: 1795224520737 + 300_000,
    isFenced: false,
  });
});

const NO_TASKS = [
  null,
  [],
  "x",
  {},
  { ...PYTHON_TASK, status: "weird" },
  { ...PYTHON_TASK, "task_id": "" },
  { ...PYTHON_TASK, "created_at": "yesterday" },
  { ...PYTHON_TASK, payload: [1] },
];

for (const value of NO_TASKS) {
  Deno.test(`fromWireTask refuses ${JSON.stringify(value).slice(0, 90)}`, () => {
    assert.equal(fromWireTask(value), undefined);
  });
}

const [base] = fc.sample(anyTask, 1);
assert.ok(base);
const SMALL: Task = { ...base, failures: [], payload: {}, progress: null, result: null };
const LARGE = { text: "x".repeat(900_000) };

Deno.test("fitTask leaves a task alone that fits", () => {
  const task = toWireTask({ ...SMALL, result: LARGE });
  assert.equal(fitTask(task), task);
});

Deno.test("fitTask leaves out as little as it must, and never the result", () => {
  const progress = { text: "x".repeat(200_000) };
  const halfway = fitTask(toWireTask({ ...SMALL, progress, payload: LARGE }));
  assert.deepEqual(halfway.omitted, ["failures", "progress"]);
  assert.deepEqual(halfway.payload, LARGE);
  const full = fitTask(toWireTask({ ...SMALL, payload: LARGE, result: LARGE }));
  assert.deepEqual(full.omitted, ["failures", "progress", "payload"]);
  assert.deepEqual(full.result, LARGE);
  assert.ok(jsonBytes(full) < 1_000_000);
});

Deno.test("fitTask keeps what it is told to keep", () => {
  const progress = { text: "x".repeat(200_000) };
  const task = fitTask(toWireTask({ ...SMALL, progress, payload: LARGE }), { keep: "payload" });
  assert.deepEqual(task.payload, LARGE);
  assert.equal(task.progress, null);
});

Deno.test("fitTasks gives as many as fit, and one in any case", () => {
  const large = toWireTask({ ...SMALL, payload: LARGE });
  const small = toWireTask(SMALL);
  assert.equal(fitTasks([small, large, large]).length, 2);
  assert.equal(fitTasks([toWireTask({ ...SMALL, payload: LARGE, result: LARGE })]).length, 1);
  assert.deepEqual(fitTasks([]), []);
});

Deno.test("fitTask leaves a long result out if it is told to", () => {
  const task = toWireTask({ ...SMALL, result: { text: "x".repeat(1_000) } });
  assert.deepEqual(fitTask(task, { maxResultBytes: 900 }).omitted, ["result"]);
  assert.equal(fitTask(task, { maxResultBytes: 900 }).result, null);
  assert.equal(fitTask(task, { maxResultBytes: 1_100 }), task);
});

Deno.test("fitResults leaves out the tasks for which there is no room", () => {
  const large = { ok: true, "task_id": "a", task: toWireTask({ ...SMALL, payload: LARGE }) };
  const small = { ok: true, "task_id": "b", task: toWireTask(SMALL) };
  const refused = { ok: false, error: "lease_lost" };
  assert.deepEqual(fitResults([large, refused]), [large, refused]);
  const fitted = fitResults([large, large, small, refused]);
  assert.deepEqual(fitted, [large, { ok: true, "task_id": "a" }, small, refused]);
});
