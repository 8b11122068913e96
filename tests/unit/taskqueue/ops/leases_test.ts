import assert from "node:assert/strict";
import { CLAIM, FENCED_CLAIM, type OpsFixture, taskOf, withOps } from "./with_ops.ts";

function test(title: string, body: (fixture: OpsFixture) => Promise<void>): void {
  Deno.test(title, () => withOps(body));
}

test("claim gives peers that know no tokens a longer lease without one", async (fixture) => {
  await fixture.submitTask();
  await fixture.submitTask();
  const nowS = fixture.clock.now() / 1_000;
  const plain = taskOf(await fixture.call(CLAIM));
  const fenced = taskOf(await fixture.call(FENCED_CLAIM));
  assert.equal(Number(plain["lease_until"]) - nowS, 1_800);
  assert.equal(Number(fenced["lease_until"]) - nowS, 60);
  assert.equal("lease_token" in plain, false);
  assert.match(String(fenced["lease_token"]), /^[0-9a-f]{32}:1:[0-9a-f]{16}$/);
  assert.equal(fenced["attempt"], 1);
});

test("claim gives a lease of the length that is asked for, within bounds", async (fixture) => {
  const nowS = fixture.clock.now() / 1_000;
  for (const [leaseMs, seconds] of [[5_000, 5], ["7000", 7], [1, 0.1], [1e12, 86_400]]) {
    await fixture.submitTask();
    const task = taskOf(await fixture.call({ ...CLAIM, "lease_ms": leaseMs }));
    assert.ok(Math.abs(Number(task["lease_until"]) - nowS - Number(seconds)) < 0.001);
    assert.ok(task["lease_token"]);
  }
});

test("claim without types takes any type", async ({ queue, call }) => {
  for (const type of ["a", "b"]) await queue.submit({ type, payload: {} });
  const claims = [await call({ op: "claim", "worker_id": "w" })];
  claims.push(await call({ op: "claim_next", "worker_id": "w", "supported_task_types": [] }));
  assert.deepEqual(claims.map((reply) => taskOf(reply)["task_type"]), ["a", "b"]);
});

test("claim without types waits for any type", async ({ queue, call }) => {
  const claiming = call({ op: "claim", "worker_id": "w", "wait_s": 30 });
  await call({ op: "status" });
  await queue.submit({ type: "whatever", payload: {} });
  assert.equal(taskOf(await claiming)["task_type"], "whatever");
});

test("the token of a lease is shown to its holder only", async (fixture) => {
  const taskId = await fixture.submitTask();
  const token = String(taskOf(await fixture.call(FENCED_CLAIM))["lease_token"]);
  const report = { "task_id": taskId, "lease_token": token };
  for (const op of ["get", "list", "wait", "watch", "status", "renew", "complete"]) {
    const reply = await fixture.call({ op, ...report, "timeout_s": 0, detail: true });
    assert.equal(reply["ok"], true, op);
    assert.ok(!JSON.stringify(reply).includes(token), op);
  }
});

test("complete without a token counts while a lease without one lasts, once", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.callAs("python-1", CLAIM);
  const request = { op: "complete", "task_id": taskId, status: "completed", result: { a: 1 } };
  const reply = await fixture.callAs("python-2", { ...request, error: null });
  assert.equal(reply["ok"], true);
  assert.equal(reply["task_id"], taskId);
  const late = await fixture.callAs("python-3", { ...request, result: { a: 2 } });
  assert.equal(late["error"], "lease_lost");
  assert.deepEqual((await fixture.queue.get(taskId))?.result, { a: 1 });
});

test("of two completions without a token at the same time one is refused", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.call(CLAIM);
  const request = { op: "complete", "task_id": taskId };
  const replies = await Promise.all([
    fixture.callAs("python-1", { ...request, result: { n: 1 } }),
    fixture.callAs("python-2", { ...request, result: { n: 2 } }),
  ]);
  assert.deepEqual(replies.map((reply) => reply["error"] ?? "ok").sort(), ["lease_lost", "ok"]);
  const winner = replies[0]["ok"] === true ? 1 : 2;
  assert.deepEqual((await fixture.queue.get(taskId))?.result, { n: winner });
});

test("complete without a token is refused after the end of the lease", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.call(CLAIM);
  await fixture.clock.advance(1_800_000);
  const reply = await fixture.call({ op: "complete", "task_id": taskId });
  assert.equal(reply["error"], "lease_lost");
  assert.equal((await fixture.queue.get(taskId))?.status, "queued");
});

test("complete without a token, or with another one, does not end a fenced lease", async (f) => {
  const taskId = await f.submitTask();
  const token = String(taskOf(await f.call(FENCED_CLAIM))["lease_token"]);
  const report = { op: "complete", "task_id": taskId };
  const wrong = `${taskId}:1:0000000000000000`;
  for (const members of [{}, { "worker_id": "w" }, { "lease_token": wrong }]) {
    assert.equal((await f.call({ ...report, ...members }))["error"], "lease_lost");
  }
  assert.equal((await f.queue.get(taskId))?.status, "running");
  const right = { ...report, "lease_token": token, result: { a: 1 } };
  assert.equal((await f.callAs("other", right))["ok"], true);
  // The reply was lost, and the holder asks again.
  assert.equal((await f.callAs("other", right))["ok"], true);
});

test("complete that names a worker counts only for the holder", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.call(CLAIM);
  const report = { op: "complete", "task_id": taskId };
  const other = await fixture.call({ ...report, "worker_id": "somebody" });
  assert.equal(other["error"], "lease_lost");
  assert.equal((await fixture.call({ ...report, "worker_id": "w" }))["ok"], true);
});

test("complete is refused for a task that nobody holds, and for one that is not there", async (f) => {
  const taskId = await f.submitTask();
  assert.equal((await f.call({ op: "complete", "task_id": taskId }))["error"], "lease_lost");
  assert.equal((await f.queue.get(taskId))?.status, "queued");
  for (const members of [{}, { "lease_token": "zzz:1:0000000000000000" }]) {
    const reply = await f.call({ op: "complete", "task_id": "zzz", ...members });
    assert.deepEqual([reply["ok"], reply["error"]], [false, "task_not_found"]);
  }
});

test("complete may cancel a task, if it comes from the holder", async (fixture) => {
  const request = { op: "complete", status: "cancelled", error: "no more" };
  const taskId = await fixture.submitTask();
  const token = taskOf(await fixture.call(FENCED_CLAIM))["lease_token"];
  const stranger = await fixture.callAs("stranger", { ...request, "task_id": taskId });
  assert.equal(stranger["error"], "lease_lost");
  const cancelled = await fixture.call({ ...request, "task_id": taskId, "lease_token": token });
  assert.equal(taskOf(cancelled)["status"], "cancelled");
  assert.equal((await fixture.queue.get(taskId))?.error?.message, "no more");
  const plain = await fixture.submitTask();
  await fixture.call(CLAIM);
  assert.equal((await fixture.call({ ...request, "task_id": plain }))["ok"], true);
});

for (const op of ["renew", "progress", "release", "peer.heartbeat"]) {
  test(`${op} without a token goes by the worker's name`, async (fixture) => {
    const taskId = await fixture.submitTask();
    await fixture.call(CLAIM);
    const request = { op, "task_id": taskId, progress: { a: 1 } };
    const stranger = await fixture.call({ ...request, "worker_id": "somebody" });
    assert.equal(stranger["error"], "lease_lost");
    const holder = await fixture.callAs("python-2", { ...request, "worker_id": "w" });
    assert.equal(holder["ok"], true);
  });
}

test("release takes the older name of the worker too", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.call(CLAIM);
  const request = { op: "release", "task_id": taskId, "assigned_worker": "w", reason: "stop" };
  assert.equal((await fixture.call(request))["ok"], true);
  assert.equal((await fixture.queue.get(taskId))?.status, "queued");
});

test("renew tells of state, end of the lease and cancellation", async (fixture) => {
  const taskId = await fixture.submitTask();
  const token = taskOf(await fixture.call({ ...CLAIM, "lease_ms": 5_000 }))["lease_token"];
  await fixture.clock.advance(4_000);
  const nowS = fixture.clock.now() / 1_000;
  // As long as before, unless it says how long.
  const renewed = await fixture.call({ op: "renew", "lease_token": token });
  assert.equal(renewed["task_id"], taskId);
  assert.equal(renewed["status"], "running");
  assert.equal(renewed["cancelled"], false);
  assert.equal(renewed["lease_until"], nowS + 5);
  const longer = await fixture.call({ op: "renew", "lease_token": token, "lease_ms": 9_000 });
  assert.equal(longer["lease_until"], nowS + 9);
  await fixture.queue.cancel({ taskId, reason: "" });
  const told = await fixture.call({ op: "renew", "lease_token": token });
  assert.deepEqual([told["ok"], told["cancelled"], told["lease_until"]], [true, true, null]);
});

test("progress wants an object or lines, and renew neither", async (fixture) => {
  const taskId = await fixture.submitTask();
  await fixture.call(CLAIM);
  const holder = { "task_id": taskId, "worker_id": "w" };
  const missing = await fixture.call({ op: "progress", ...holder, progress: 5 });
  assert.equal(missing["error"], "missing_progress");
  assert.equal((await fixture.call({ op: "renew", ...holder }))["ok"], true);
  const report = { op: "progress", ...holder, progress: { a: 1 } };
  assert.equal((await fixture.call(report))["ok"], true);
  const lines = { op: "progress", ...holder, logs: ["one"] };
  assert.equal((await fixture.call(lines))["ok"], true);
  const task = await fixture.queue.get(taskId);
  assert.deepEqual(task?.progress, { a: 1 });
  assert.equal(task.logCount, 1);
});

test("heartbeat repeats the caller's name, and renews a lease if it names one", async (fixture) => {
  const { call, queue, clock } = fixture;
  assert.equal((await call({ op: "heartbeat", "peer_id": "pX" }))["peer"], "pX");
  assert.equal((await call({ op: "peer" }))["peer"], "client");
  const taskId = await fixture.submitTask();
  const token = taskOf(await call(FENCED_CLAIM))["lease_token"];
  await clock.advance(50_000);
  const reply = await call({ op: "peer.heartbeat", "worker_id": "w", "lease_token": token });
  assert.deepEqual(reply["lease"], {
    "task_id": taskId,
    status: "running",
    cancelled: false,
    "lease_until": (clock.now() + 60_000) / 1_000,
  });
  await queue.cancel({ taskId, reason: "" });
  const told = await call({ op: "peer.heartbeat", "lease_token": token });
  assert.equal(Reflect.get(told["lease"] as object, "cancelled"), true);
});

test("retry queues a failed task again, and no other", async (fixture) => {
  const taskId = await fixture.submitTask();
  const request = { op: "retry", "task_id": taskId, "deadline_s": 5 };
  assert.equal((await fixture.call(request))["error"], "invalid_transition");
  await fixture.queue.cancel({ taskId, reason: "" });
  const task = taskOf(await fixture.call(request));
  assert.equal(task["status"], "queued");
  assert.equal(task["deadline_at"], fixture.clock.now() / 1_000 + 5);
  const missing = await fixture.call({ op: "task.retry", "task_id": "nope" });
  assert.equal(missing["error"], "task_not_found");
});
