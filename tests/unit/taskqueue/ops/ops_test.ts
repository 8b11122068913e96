import assert from "node:assert/strict";
import { ask } from "../server/ask_raw.ts";
import { OPS, OPS_BY_NAME } from "../../../../src/taskqueue/ops/mod.ts";
import { list } from "../../../../src/taskqueue/ops/list.ts";
import { submit } from "../../../../src/taskqueue/ops/submit.ts";
import { wait } from "../../../../src/taskqueue/ops/wait.ts";
import { claim } from "../../../../src/taskqueue/ops/claim.ts";
import { complete } from "../../../../src/taskqueue/ops/complete.ts";
import { InvalidRequestError } from "../../../../src/taskqueue/protocol/errors.ts";
import { type RemoteFixture, TOKEN, withRemoteQueue } from "../with_remote_queue.ts";

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
  cache: [
    "cache",
    "cache.get",
    "cache_get",
    "cache.has",
    "cache_has",
    "cache.set",
    "cache_set",
    "cache.delete",
    "cache_del",
    "cache_delete",
  ],
};

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

Deno.test("complete takes an unknown status for a failure, and failures for final", () => {
  const parse = (status: string) => complete.parse({ "task_id": "x", status, error: "e" }).outcome;
  const failed = parse("weird");
  assert.ok(failed !== "cancelled" && failed.status === "failed");
  assert.equal(failed.retryable, false);
  assert.deepEqual(failed.error, { code: "executor_failed", message: "e" });
  assert.equal(parse("cancelled"), "cancelled");
  const { outcome } = complete.parse({ "task_id": "x", result: "text" });
  assert.deepEqual(outcome, { status: "completed", result: { result: "text" } });
});

type Reply = Record<string, unknown>;

function call(network: RemoteFixture["network"], request: Reply): Promise<Reply> {
  return ask(network, { ...request, token: TOKEN });
}

/** A peer with another id, as each request of a Python client has. */
async function callAs(fixture: RemoteFixture, peerId: string, request: Reply): Promise<Reply> {
  await using network = fixture.hub.open({ peerId });
  return await call(network, request);
}

async function submitTask({ queue }: RemoteFixture): Promise<string> {
  return (await queue.submit({ type: "text", payload: {} })).taskId;
}

const CLAIM = { op: "claim", "worker_id": "w", "task_types": "text" };

function test(title: string, body: (fixture: RemoteFixture) => Promise<void>): void {
  Deno.test(title, () => withRemoteQueue(body));
}

test("claim gives peers without renewal a longer lease", async (fixture) => {
  await submitTask(fixture);
  await submitTask(fixture);
  const now = fixture.clock.now() / 1_000;
  const plain = await call(fixture.network, CLAIM);
  const fenced = await call(fixture.network, { ...CLAIM, lease: true });
  assert.equal(leaseUntil(plain) - now, 300);
  assert.equal(leaseUntil(fenced) - now, 60);
});

function leaseUntil(reply: Reply): number {
  const task: unknown = reply["task"];
  assert.ok(typeof task === "object" && task !== null);
  return Number(Reflect.get(task, "lease_until"));
}

test("claim without types takes any type", async (fixture) => {
  const taskId = await submitTask(fixture);
  const reply = await call(fixture.network, { op: "claim", "worker_id": "w" });
  assert.equal(Reflect.get(reply["task"] as object, "task_id"), taskId);
});

test("the token of a lease is shown to its holder only", async (fixture) => {
  const taskId = await submitTask(fixture);
  const claimed = await call(fixture.network, CLAIM);
  const token: unknown = Reflect.get(claimed["task"] as object, "lease_token");
  assert.match(String(token), /^1-/);
  for (const op of ["get", "list", "wait", "status"]) {
    const request = { op, "task_id": taskId, "timeout_s": 0, detail: true };
    const reply = await call(fixture.network, request);
    assert.ok(!JSON.stringify(reply).includes(String(token)), op);
  }
});

test("complete without a token counts when the claimer knew of none", async (fixture) => {
  const taskId = await submitTask(fixture);
  await callAs(fixture, "python-1", CLAIM);
  const request = { op: "complete", "task_id": taskId, status: "completed", result: { a: 1 } };
  const reply = await callAs(fixture, "python-2", { ...request, error: null });
  assert.equal(reply["ok"], true);
  assert.equal(reply["task_id"], taskId);
  assert.deepEqual((await fixture.queue.get(taskId))?.result, { a: 1 });
  // The client did not get the reply and asks again.
  assert.equal((await callAs(fixture, "python-3", request))["ok"], true);
});

test("complete without a token counts from the peer or the worker that holds it", async (f) => {
  const request = { op: "complete", status: "completed" };
  const first = await submitTask(f);
  await call(f.network, { ...CLAIM, lease: true });
  const stranger = await callAs(f, "stranger", { ...request, "task_id": first });
  assert.equal(stranger["error"], "lease_lost");
  assert.equal((await call(f.network, { ...request, "task_id": first }))["ok"], true);
  const second = await submitTask(f);
  await call(f.network, { ...CLAIM, lease: true });
  const named = { ...request, "task_id": second, "worker_id": "w" };
  assert.equal((await callAs(f, "other", named))["ok"], true);
});

test("complete without a token is refused when nobody holds the task", async (fixture) => {
  const taskId = await submitTask(fixture);
  const reply = await call(fixture.network, { op: "complete", "task_id": taskId });
  assert.equal(reply["error"], "lease_lost");
  assert.equal((await fixture.queue.get(taskId))?.status, "queued");
});

test("complete may cancel a task, if it comes from the holder", async (fixture) => {
  const taskId = await submitTask(fixture);
  await call(fixture.network, { ...CLAIM, lease: true });
  const request = { op: "complete", "task_id": taskId, status: "cancelled", error: "no more" };
  const stranger = await callAs(fixture, "stranger", request);
  assert.equal(stranger["error"], "lease_lost");
  assert.equal((await call(fixture.network, request))["ok"], true);
  const task = await fixture.queue.get(taskId);
  assert.equal(task?.status, "cancelled");
  assert.equal(task.error?.message, "no more");
});

test("release without a token follows the same rule", async (fixture) => {
  const taskId = await submitTask(fixture);
  await call(fixture.network, { ...CLAIM, lease: true });
  const request = { op: "release", "task_id": taskId, reason: "stopping" };
  const stranger = { ...request, "worker_id": "somebody" };
  assert.equal((await callAs(fixture, "x", stranger))["error"], "lease_lost");
  assert.equal((await callAs(fixture, "x", { ...request, "worker_id": "w" }))["ok"], true);
  assert.equal((await fixture.queue.get(taskId))?.status, "queued");
});

test("claim_many gives back what does not fit into its reply", async ({ network, queue }) => {
  const text = "x".repeat(600_000);
  for (let n = 0; n < 3; n++) await queue.submit({ type: "text", payload: { n, text } });
  const request = { op: "claim_many", "worker_id": "w", "task_types": "text", "max_tasks": 3 };
  const reply = await call(network, request);
  assert.ok(Array.isArray(reply["tasks"]));
  assert.equal(reply["tasks"].length, 1);
  const { counts } = await queue.status({ detail: true });
  assert.equal(counts?.queued, 2);
});

test("progress wants an object, and renew does not", async (fixture) => {
  const taskId = await submitTask(fixture);
  await call(fixture.network, CLAIM);
  const request = { "task_id": taskId };
  const missing = await call(fixture.network, { op: "progress", ...request, progress: 5 });
  assert.equal(missing["error"], "missing_progress");
  assert.equal((await call(fixture.network, { op: "renew", ...request }))["ok"], true);
  const report = { op: "progress", ...request, progress: { a: 1 } };
  assert.equal((await call(fixture.network, report))["ok"], true);
  assert.deepEqual((await fixture.queue.get(taskId))?.progress, { a: 1 });
});

test("heartbeat repeats the caller's name or gives it its id", async ({ network }) => {
  assert.equal((await call(network, { op: "heartbeat", "peer_id": "pX" }))["peer"], "pX");
  assert.equal((await call(network, { op: "peer" }))["peer"], "client");
});
