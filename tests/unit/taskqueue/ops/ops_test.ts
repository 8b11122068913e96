import assert from "node:assert/strict";
import { OPS, OPS_BY_NAME } from "../../../../src/taskqueue/ops/mod.ts";
import { list } from "../../../../src/taskqueue/ops/list.ts";
import { submit } from "../../../../src/taskqueue/ops/submit.ts";
import { wait } from "../../../../src/taskqueue/ops/wait.ts";
import { claim } from "../../../../src/taskqueue/ops/claim.ts";
import { renew } from "../../../../src/taskqueue/ops/renew.ts";
import type { JsonObject } from "../../../../src/codec/mod.ts";
import { complete } from "../../../../src/taskqueue/ops/complete.ts";
import { InvalidRequestError } from "../../../../src/taskqueue/protocol/errors.ts";

const PYTHON_NAMES = {
  submit: ["submit"],
  get: ["get"],
  list: ["list", "tasks.list", "queue.list"],
  wait: ["wait"],
  claim: ["claim", "claim_next"],
  "claim_many": ["claim_many", "claim_batch"],
  complete: ["complete", "task.complete", "complete_task"],
  release: ["release", "task.release", "release_task"],
  cancel: ["cancel", "task.cancel"],
  status: ["status", "capabilities", "describe"],
  "peer.heartbeat": ["peer.heartbeat", "heartbeat", "peer"],
  tool: ["tool", "call_tool", "tool.call"],
  "cache.get": ["cache", "cache.get", "cache_get"],
  "cache.has": ["cache.has", "cache_has"],
  "cache.set": ["cache.set", "cache_set"],
  "cache.delete": ["cache.delete", "cache_del", "cache_delete"],
};

const OWN_NAMES = {
  "submit_many": ["submit_many"],
  "complete_many": ["complete_many"],
  renew: ["renew", "task.renew", "renew_lease"],
  progress: ["progress", "task.progress"],
  cancel: ["cancel_task"],
  retry: ["retry", "task.retry", "retry_task"],
  watch: ["watch", "task.watch"],
  counts: ["counts", "queue.counts"],
  get: ["task.get", "get_task"],
};

// docs/protocol.md, 5.1
Deno.test("OPS_BY_NAME knows every name and alias of this protocol", () => {
  for (const [first, names] of Object.entries(OWN_NAMES)) {
    for (const name of names) assert.equal(OPS_BY_NAME.get(name)?.names[0], first, name);
  }
});

Deno.test("OPS_BY_NAME knows every name and alias of Python peers", () => {
  for (const [first, names] of Object.entries(PYTHON_NAMES)) {
    for (const name of names) assert.equal(OPS_BY_NAME.get(name)?.names[0], first, name);
  }
});

Deno.test("OPS_BY_NAME has no name twice", () => {
  const names = OPS.flatMap((op) => op.names);
  assert.equal(new Set(names).size, names.length);
});

const PRIORITIES = [
  [{ priority: 9 }, 9],
  [{ payload: { priority: 7 } }, 7],
  [{ payload: { priority: "8" } }, 8],
  [{ priority: 2, payload: { priority: 7 } }, 2],
  [{ payload: { priority: 0 } }, 5],
  [{ payload: { priority: 99 } }, 10],
  [{ payload: { priority: -3 } }, 1],
  [{ payload: { priority: "urgent" } }, 5],
  [{ payload: { priority: null } }, 5],
  [{}, 5],
] as const;

for (const [message, priority] of PRIORITIES) {
  Deno.test(`submit reads the priority of ${JSON.stringify(message)} as ${priority}`, () => {
    assert.equal(submit.parse(message).priority, priority);
  });
}

Deno.test("submit fills in what Python clients leave out", () => {
  const request = submit.parse({ payload: [1], "task_type": " " });
  assert.equal(request.type, "text-generation");
  assert.equal(request.model, "");
  assert.deepEqual(request.payload, { payload: [1] });
  assert.equal(request.idempotencyKey, undefined);
  assert.equal(submit.parse({ "max_attempts": 0 }).maxAttempts, 1_000);
  assert.equal(submit.parse({ payload: { "idempotency_key": "k" } }).idempotencyKey, "k");
  assert.equal(submit.parse({ "delay_s": "1.5", "deadline_s": 2 }).delayMs, 1_500);
});

const LIMITS = [[undefined, 50], [0, 50], [-3, 1], [5_000, 1_000], ["7", 7], ["x", 50], [2.9, 2]];

for (const [limit, expected] of LIMITS) {
  Deno.test(`list reads the limit ${limit} as ${expected}`, () => {
    const request = list.parse(limit === undefined ? {} : { limit });
    assert.equal(request?.limit, expected);
  });
}

Deno.test("list reads state and types as Python does", () => {
  const request = list.parse({ status: " Queued ", "task_types": "a, b,,a " });
  assert.equal(request?.status, "queued");
  assert.deepEqual(request.types, ["a", "b", "a"]);
  assert.equal(list.parse({ status: "weird" }), undefined);
  assert.equal(list.parse({ status: null })?.status, undefined);
});

const TIMEOUTS = [[undefined, 60_000], [null, 60_000], [0, 0], [-1, 0], ["0.25", 250], [3, 3_000]];

for (const [timeout, expected] of TIMEOUTS) {
  Deno.test(`wait reads the time ${timeout} as ${expected} ms`, () => {
    const members = timeout === undefined ? {} : { "timeout_s": timeout };
    assert.equal(wait.parse({ "task_id": "x", ...members }).timeoutMs, expected);
  });
}

for (const timeout of ["abc", true, {}, [1], "NaN", "Infinity"]) {
  Deno.test(`wait refuses the time ${JSON.stringify(timeout)}`, () => {
    const parse = () => wait.parse({ "task_id": "x", "timeout_s": timeout });
    assert.throws(parse, InvalidRequestError);
  });
}

Deno.test("claim prefers the newer name for its types", () => {
  const types = { "task_types": "b", "supported_task_types": ["a", "", 5] };
  assert.deepEqual(claim.parse({ "worker_id": 7, ...types }).types, ["a", "5"]);
  const older = { "task_types": "b", "supported_task_types": null };
  assert.deepEqual(claim.parse({ "worker_id": "w", ...older }).types, ["b"]);
});

Deno.test("claim without types, or with an empty list of them, asks for any", () => {
  for (const types of [{}, { "supported_task_types": [] }, { "task_types": " , " }]) {
    assert.equal(claim.parse({ "worker_id": "w", ...types }).types, "any");
  }
});

// docs/protocol.md, 5.2
Deno.test("claim asks for a fenced lease by either of two members", () => {
  const parse = (members: JsonObject) => claim.parse({ "worker_id": "w", ...members });
  assert.equal(parse({}).isFenced, false);
  assert.equal(parse({ lease: "true" }).isFenced, false);
  assert.equal(parse({ lease: true }).isFenced, true);
  assert.equal(parse({ "lease_ms": "5000" }).isFenced, true);
  assert.equal(parse({ "lease_ms": "5000" }).leaseMs, 5_000);
  assert.equal(parse({ "lease_ms": null }).isFenced, false);
});

Deno.test("claim and submit find session and worker under every name", () => {
  for (const name of ["session_id", "session", "p2p_session"]) {
    assert.equal(claim.parse({ "worker_id": "w", [name]: " s " }).session, "s");
    assert.equal(submit.parse({ [name]: "s" }).session, "s");
    assert.equal(submit.parse({ payload: { [name]: "s" } }).session, "s");
  }
  assert.equal(submit.parse({ "sticky_worker_id": "w" }).stickyWorker, "w");
  assert.equal(submit.parse({ payload: { "sticky_worker_id": "w" } }).stickyWorker, "w");
});

Deno.test("submit reads id, tags and start", () => {
  const request = submit.parse({ "task_id": "t1", requires: "gpu, big", "not_before": 12.5 });
  assert.equal(request.taskId, "t1");
  assert.deepEqual(request.requires, ["gpu", "big"]);
  assert.equal(request.notBeforeMs, 12_500);
});

Deno.test("renew reads lines of log, and leaves out what is none", () => {
  const logs = ["plain", { message: "m", stream: "stderr" }, { message: 5 }, 7, { message: "x" }];
  assert.deepEqual(renew.parse({ "task_id": "t", logs }).logs, [
    { stream: "stdout", message: "plain" },
    { stream: "stderr", message: "m" },
    { stream: "stdout", message: "x" },
  ]);
  assert.deepEqual(renew.parse({ "task_id": "t", logs: "no" }).logs, []);
});

Deno.test("renew finds the task in the token", () => {
  const { taskId, token } = renew.parse({ "lease_token": "a:b:3:0123456789abcdef" });
  assert.equal(taskId, "a:b");
  assert.equal(token, "a:b:3:0123456789abcdef");
  assert.throws(() => renew.parse({ "lease_token": "nonsense" }), { code: "missing_task_id" });
});

Deno.test("complete takes an unknown status for a failure, and failures for final", () => {
  const parse = (status: string) => complete.parse({ "task_id": "x", status, error: "e" }).outcome;
  const failed = parse("weird");
  assert.ok(failed.status === "failed");
  assert.equal(failed.retryable, false);
  assert.deepEqual(failed.error, { code: "executor_failed", message: "e" });
  assert.deepEqual(parse("cancelled"), { status: "cancelled", reason: "e" });
  const { outcome } = complete.parse({ "task_id": "x", result: "text" });
  assert.deepEqual(outcome, { status: "completed", result: { result: "text" } });
});
