import assert from "node:assert/strict";
import {
  InvalidTransitionError,
  LeaseLostError,
  type Task,
  TaskNotFoundError,
} from "../../../../src/task/mod.ts";
import { PeerProtocolError, RemoteError } from "../../../../src/taskqueue/errors.ts";
import type { TaskEvent, TaskQueue } from "../../../../src/taskqueue/task_queue.ts";
import { settle } from "./settle.ts";
import { type PythonFixture, withPythonPeer } from "./with_python_peer.ts";

const VERSIONS = ["seed", "head"] as const;
const PAYLOAD = { text: "h\u00e9llo \u{1F600}", list: [1, null, { deep: true }] };
const COMPLETED = { status: "completed", result: { answer: 42 } } as const;
const HELD = { token: "" };

type Body = (fixture: PythonFixture, version: "seed" | "head") => Promise<void>;

/** One test for each of the two Python versions. */
function testBoth(title: string, body: Body): void {
  for (const version of VERSIONS) {
    Deno.test(`RemoteTaskQueue ${title} (Python ${version})`, () =>
      withPythonPeer(version, (fixture) => body(fixture, version)));
  }
}

async function submitAndClaim(queue: TaskQueue): Promise<Task> {
  await queue.submit({ type: "text", payload: PAYLOAD });
  const [task] = await queue.claim({ worker: "w1", types: ["text"] });
  assert.ok(task);
  return task;
}

function hasCode(code: string) {
  return (error: unknown) => error instanceof RemoteError && error.code === code;
}

testBoth("submits, and get finds the task", async ({ queue }) => {
  const submitted = await queue.submit({ type: "text", model: "m", payload: PAYLOAD });
  assert.match(submitted.taskId, /^[0-9a-f]{32}$/);
  assert.deepEqual(submitted, { taskId: submitted.taskId, peerId: "python", created: undefined });
  const task = await queue.get(submitted.taskId);
  assert.equal(task?.status, "queued");
  assert.equal(task.model, "m");
  assert.deepEqual(task.payload, PAYLOAD);
  assert.deepEqual(task.requires, []);
  assert.equal(task.affinity, null);
  assert.equal(task.logCount, 0);
  assert.equal(await queue.get("nope"), undefined);
});

testBoth("puts into the payload what Python looks for there", async ({ queue, service }) => {
  await queue.submit({ type: "text", payload: { n: 1 }, priority: 2 });
  await queue.submit({ type: "text", payload: { n: 2 }, priority: 9, session: "s" });
  const requests = service.requests.filter(({ op }) => op === "submit");
  assert.deepEqual(requests.map(({ payload }) => payload), [
    { n: 1, priority: 2 },
    { n: 2, priority: 9, "session_id": "s" },
  ]);
  const claim = { worker: "w", types: ["text"], session: "s" };
  assert.deepEqual((await queue.claim(claim))[0]?.payload["n"], 2);
});

testBoth("submits many, one by one", async ({ queue, ops }) => {
  const inputs = Array.from({ length: 20 }, (_, n) => ({ type: "text", payload: { n } }));
  const results = await queue.submitMany([...inputs, { type: " ", payload: {} }]);
  const ids = results.map((result) => result.status === "fulfilled" && result.value.taskId);
  assert.equal(new Set(ids.slice(0, 20)).size, 20);
  const [last] = results.slice(-1);
  assert.equal(last?.status === "rejected" && last.reason.code, "invalid_task");
  const tasks = await queue.list({ limit: 100 });
  assert.deepEqual(tasks.map(({ id }) => id).sort(), ids.slice(0, 20).sort());
  assert.deepEqual([...queue.missingOps], ["submit_many"]);
  await queue.submitMany(inputs.slice(0, 2));
  assert.equal(ops().filter((op) => op === "submit_many").length, 1);
});

testBoth("lists by state, type and page", async ({ queue }) => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.push((await queue.submit({ type: "text", payload: { n } })).taskId);
  }
  await queue.submit({ type: "other", payload: {} });
  const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
  assert.deepEqual(idsOf(await queue.list({ types: ["text"], limit: 2 })), ids.slice(0, 2));
  const next = await queue.list({ types: ["text"], limit: 2, afterTaskId: ids[2] });
  assert.deepEqual(idsOf(next), ids.slice(3));
  assert.deepEqual(await queue.list({ status: "running" }), []);
  await assert.rejects(queue.list({ afterTaskId: "nope" }), TaskNotFoundError);
});

testBoth("claims with a lease that has no token", async ({ queue, service }) => {
  const task = await submitAndClaim(queue);
  assert.equal(task.status, "running");
  assert.equal(task.assignedWorker, "w1");
  assert.equal(task.lease?.token, "");
  assert.equal(task.lease.isFenced, false);
  assert.deepEqual(task.payload, PAYLOAD);
  assert.equal(service.requests.at(-1)?.["lease"], true);
});

testBoth("claims any type, but none if none is named", async ({ queue, clock, ops }) => {
  await queue.submit({ type: "whatever", payload: {} });
  const claiming = queue.claim({ worker: "w", types: [], waitMs: 5_000 });
  assert.deepEqual(await settle(claiming, clock), []);
  assert.ok(!ops().includes("claim"));
  assert.equal((await queue.claim({ worker: "w", types: "any" }))[0]?.type, "whatever");
});

testBoth("claims as many as the peer gives", async ({ queue }, version) => {
  for (let n = 0; n < 3; n++) await queue.submit({ type: "text", payload: { n } });
  const tasks = await queue.claim({ worker: "w", types: ["text"], limit: 3 });
  assert.equal(tasks.length, version === "head" ? 3 : 1);
  assert.deepEqual([...queue.missingOps], version === "head" ? [] : ["claim_many"]);
});

testBoth("claims again while it is to wait, as Python does not", async ({ queue, clock }) => {
  const claiming = queue.claim({ worker: "w", types: ["text"], waitMs: 10_000 });
  await clock.advance(2_500);
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  assert.deepEqual((await settle(claiming, clock)).map(({ id }) => id), [taskId]);
  assert.ok(clock.monotonicMs() < 5_000);
});

testBoth("renews by looking, as Python leases cannot be renewed", async ({ queue, ops }) => {
  const { id: taskId } = await submitAndClaim(queue);
  for (let n = 0; n < 2; n++) {
    const task = await queue.renew({ ...HELD, taskId, progress: { n } });
    assert.equal(task.status, "running");
  }
  assert.deepEqual(ops().slice(-3), ["renew", "get", "get"]);
  assert.deepEqual([...queue.missingOps], ["renew"]);
  await assert.rejects(queue.renew({ ...HELD, taskId: "nope" }), TaskNotFoundError);
});

testBoth("finishes, and fetches the task", async ({ queue }) => {
  const { id: taskId } = await submitAndClaim(queue);
  const task = await queue.finish({ ...HELD, taskId, worker: "w1", outcome: COMPLETED });
  assert.equal(task.status, "completed");
  assert.deepEqual(task.result, { answer: 42 });
  const outcome = {
    status: "failed",
    error: { code: "executor_failed", message: "no luck" },
    retryable: false,
  } as const;
  const other = await submitAndClaim(queue);
  const failed = await queue.finish({ ...HELD, taskId: other.id, outcome });
  assert.deepEqual(failed.error, { code: "failed", message: "no luck" });
});

testBoth("finishes no task that is not there, whatever Python says", async ({ queue }) => {
  const finish = queue.finish({ ...HELD, taskId: "nope", outcome: COMPLETED });
  await assert.rejects(finish, TaskNotFoundError);
});

testBoth("finishes many, one by one", async ({ queue }) => {
  const ids = [(await submitAndClaim(queue)).id, (await submitAndClaim(queue)).id, "nope"];
  const reports = ids.map((taskId) => ({ ...HELD, taskId, outcome: COMPLETED }));
  const results = await queue.finishMany(reports);
  assert.deepEqual(
    results.map((result) =>
      result.status === "fulfilled" ? result.value.status : result.reason.code
    ),
    ["completed", "completed", "task_not_found"],
  );
  assert.deepEqual([...queue.missingOps], ["complete_many"]);
});

testBoth("waits until the task is done", async ({ queue, clock }) => {
  const { id: taskId } = await submitAndClaim(queue);
  const waiting = queue.wait({ taskId, timeoutMs: 90_000 });
  await settle(clock.sleep(70_000), clock);
  await queue.finish({ ...HELD, taskId, outcome: COMPLETED });
  assert.equal((await settle(waiting, clock))?.status, "completed");
  assert.equal(await queue.wait({ taskId: "nope" }), undefined);
});

testBoth("waits no longer than it is told, and not at all for 0", async ({ queue, clock, ops }) => {
  const { id: taskId } = await submitAndClaim(queue);
  const startMs = clock.monotonicMs();
  const waiting = queue.wait({ taskId, timeoutMs: 2_000 });
  assert.equal((await settle(waiting, clock))?.status, "running");
  assert.equal(clock.monotonicMs() - startMs, 2_000);
  assert.equal((await queue.wait({ taskId, timeoutMs: 0 }))?.status, "running");
  assert.equal(ops().at(-1), "get");
});

testBoth("watches by waiting", async ({ queue, clock, ops }) => {
  const { id: taskId } = await submitAndClaim(queue);
  const events: TaskEvent[] = [];
  const watching = queue.watch({ taskId, afterLog: 3, onEvent: (event) => events.push(event) });
  await clock.advance(1_000);
  await queue.finish({ ...HELD, taskId, outcome: COMPLETED });
  const watched = await settle(watching, clock);
  assert.equal(watched?.task.status, "completed");
  assert.equal(watched.logCursor, 3);
  const told = events.map((event) => event.kind === "task" && event.task.status);
  assert.deepEqual(told, ["running", "completed"]);
  assert.deepEqual([...queue.missingOps], ["watch"]);
  assert.equal(ops().filter((op) => op === "wait").length, 1);
  assert.equal(await queue.watch({ taskId: "nope", onEvent: () => {} }), undefined);
});

testBoth("releases where the peer can", async ({ queue }, version) => {
  const { id: taskId } = await submitAndClaim(queue);
  const release = () => queue.release({ ...HELD, taskId, reason: "stopping" });
  if (version === "seed") {
    await assert.rejects(release(), hasCode("unknown_op"));
    assert.deepEqual([...queue.missingOps], ["release"]);
    return;
  }
  assert.equal((await release()).status, "queued");
  await assert.rejects(release(), LeaseLostError);
});

testBoth("cancels where the peer can", async ({ queue }, version) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  const cancel = (id: string) => queue.cancel({ taskId: id, reason: "" });
  if (version === "seed") {
    await assert.rejects(cancel(taskId), hasCode("unknown_op"));
    assert.deepEqual([...queue.missingOps], ["cancel"]);
    return;
  }
  assert.equal((await cancel(taskId)).status, "cancelled");
  assert.equal((await cancel(taskId)).status, "cancelled");
  await assert.rejects(cancel("nope"), TaskNotFoundError);
  const running = await submitAndClaim(queue);
  await assert.rejects(cancel(running.id), (error) => {
    return error instanceof InvalidTransitionError && error.from === "running";
  });
});

testBoth("cannot retry", async ({ queue }) => {
  await assert.rejects(queue.retry({ taskId: "x" }), hasCode("unknown_op"));
  assert.deepEqual([...queue.missingOps], ["retry"]);
});

testBoth("sends signs of life", async ({ queue, service }) => {
  const reply = await queue.heartbeat({ peerId: "me", lease: { token: "t", worker: "w" } });
  assert.equal(reply["peer"], "me");
  assert.ok("scheduler" in reply);
  const { token: _token, ...request } = service.requests.at(-1) ?? {};
  assert.deepEqual(request, {
    op: "peer.heartbeat",
    "peer_id": "me",
    "worker_id": "w",
    "lease_token": "t",
  });
});

testBoth("counts by the status, if that says how many", async ({ queue }, version) => {
  await submitAndClaim(queue);
  await queue.submit({ type: "other", payload: {} });
  if (version === "seed") {
    await assert.rejects(queue.counts(), hasCode("unknown_op"));
    return;
  }
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const { total, byType } = await queue.counts();
  assert.deepEqual(total, { ...none, queued: 1, running: 1 });
  assert.deepEqual(Object.fromEntries(byType), {
    text: { ...none, running: 1 },
    other: { ...none, queued: 1 },
  });
  assert.deepEqual([...queue.missingOps], ["counts"]);
});

testBoth("reads the status", async ({ queue }) => {
  const status = await queue.status({ detail: true });
  assert.equal(status.peerId, "python");
  assert.deepEqual(status.taskTypes, ["text-generation"]);
});

testBoth("is refused without the token", async ({ queue, service, client }) => {
  Object.assign(service.options, { token: "another" });
  await assert.rejects(queue.status(), hasCode("unauthorized"));
  await assert.rejects(queue.submit({ type: "text", payload: {} }), hasCode("unauthorized"));
  await assert.rejects(client.cacheOf({ peerId: "python" }).get("k"), hasCode("unauthorized"));
});

testBoth("carries large payloads and results", async ({ queue }) => {
  const payload = { text: "x".repeat(900_000) };
  const { taskId } = await queue.submit({ type: "text", payload });
  const [task] = await queue.claim({ worker: "w", types: ["text"] });
  assert.deepEqual(task?.payload, payload);
  await assert.rejects(
    queue.submit({ type: "text", payload: { text: "x".repeat(1_100_000) } }),
    hasInvalidTask,
  );
  assert.equal((await queue.get(taskId))?.status, "running");
});

function hasInvalidTask(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "invalid_task";
}

testBoth("says so when Python hangs up instead of answering", async ({ queue, service, clock }) => {
  service.answer = () => Promise.reject(new Error("it broke"));
  await assert.rejects(settle(queue.claim({ worker: "w", types: ["text"] }), clock));
});

for (const version of VERSIONS) {
  // docs/protocol.md, 3.6
  Deno.test(`RemoteTaskQueue takes the end of a stream without an answer for an error (Python ${version})`, () =>
    withPythonPeer(version, async ({ queue, clock }) => {
      await queue.submit({ type: "text", payload: { text: "x".repeat(70_000) } });
      // What py-libp2p 0.6.0 cannot write it does not answer.
      await assert.rejects(settle(queue.list({}), clock), (error) => {
        return error instanceof PeerProtocolError && error.violation === "closed";
      });
      assert.equal((await queue.status()).peerId, "python");
    }, { maxWriteBytes: 65_535 }));
}

testBoth("reads and writes the cache", async ({ client, service, clock }) => {
  const cache = client.cacheOf({ peerId: "python" });
  assert.equal(cache.peerId, "python");
  assert.deepEqual(await cache.get("k"), { hit: false });
  assert.equal(await cache.has("k"), false);
  await cache.set("k", { a: [1, "\u00e9"] }, { ttlMs: 5_000, replicate: false });
  const { token: _token, ...request } = service.requests.at(-1) ?? {};
  assert.deepEqual(request, {
    op: "cache.set",
    key: "k",
    value: { a: [1, "\u00e9"] },
    "ttl_s": 5,
    replicate: false,
  });
  const found = await cache.get("k");
  assert.ok(found.hit);
  assert.deepEqual(found.value, { a: [1, "\u00e9"] });
  assert.match(found.sha256, /^[0-9a-f]{64}$/);
  assert.equal(await cache.has("k"), true);
  await clock.advance(5_000);
  assert.equal(await cache.has("k"), false);
  assert.equal(await cache.delete("k"), true);
});

testBoth("hands changes of the cache on", async ({ client, service, clock }) => {
  const cache = client.cacheOf({ peerId: "python" });
  const version = { atMs: 5, peerId: "a" };
  const expiresAtMs = clock.now() + 2_000;
  assert.equal(await cache.apply({ key: "k", value: [null], expiresAtMs, version }), true);
  const { token: _token, ...request } = service.requests.at(-1) ?? {};
  assert.deepEqual(request, {
    op: "cache.set",
    key: "k",
    value: [null],
    "expires_at_ms": expiresAtMs,
    "ttl_s": 2,
    version: { "at_ms": 5, "peer_id": "a" },
    replicate: false,
    "origin_peer_id": "client",
  });
  assert.equal(await cache.has("k"), true);
  await cache.apply({ key: "k", value: undefined, expiresAtMs: null, version });
  assert.equal(await cache.has("k"), false);
});

Deno.test("RemoteTaskQueue opens new streams before a Python peer closes them", () =>
  withPythonPeer("head", async ({ queue, clock, head }) => {
    for (let n = 0; n < 300; n++) {
      assert.equal(await settle(queue.get("nope"), clock), undefined);
    }
    assert.ok(head !== undefined);
    assert.ok(head.streamCount >= 4, `${head.streamCount} streams`);
    assert.ok(head.streamCount <= 6, `${head.streamCount} streams`);
  }));

Deno.test("RemoteTaskQueue claims each task once from a Python peer with few frames", () =>
  withPythonPeer("head", async ({ queue, ops }) => {
    const results = await queue.submitMany(
      Array.from({ length: 30 }, (_, n) => ({ type: "text", payload: { n } })),
    );
    assert.ok(results.every(({ status }) => status === "fulfilled"));
    const claims = Array.from(
      { length: 30 },
      (_, n) => queue.claim({ worker: `w${n}`, types: ["text"] }),
    );
    const ids = (await Promise.all(claims)).flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, 30);
    assert.equal(ops().filter((op) => op === "claim").length, 30);
  }, { maxFrames: 4 }));

Deno.test("RemoteTaskQueue waits for many tasks of a Python peer and can still ask", () =>
  withPythonPeer("head", async ({ queue, clock }) => {
    const { id: taskId } = await submitAndClaim(queue);
    const waits = Array.from({ length: 16 }, () => queue.wait({ taskId, timeoutMs: 30_000 }));
    await clock.advance(1_000);
    await queue.finish({ ...HELD, taskId, outcome: COMPLETED });
    const tasks = await settle(Promise.all(waits), clock);
    assert.ok(tasks.every((task) => task?.status === "completed"));
    assert.ok(clock.monotonicMs() < 5_000);
  }));
