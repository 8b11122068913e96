import assert from "node:assert/strict";
import { createLocalCache } from "../../../../src/cache/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { createMemoryCacheStore } from "../../../../src/store/memory/mod.ts";
import { InvalidTransitionError, type Task } from "../../../../src/task/mod.ts";
import { RemoteError, type TaskEvent } from "../../../../src/taskqueue/mod.ts";
import { type RemoteFixture, withRemoteQueue } from "../with_remote_queue.ts";
import { settle } from "./settle.ts";

const COMPLETED = { status: "completed", result: { answer: 42 } } as const;
const CLAIM = { worker: "w", types: ["text"] };

/** One test for each of the two protocols. */
function testBoth(title: string, body: (fixture: RemoteFixture) => Promise<void>): void {
  for (const [name, isLineOnly] of [["in frames", false], ["in lines", true]] as const) {
    Deno.test(`RemoteTaskQueue ${title} (${name})`, () => withRemoteQueue(body, { isLineOnly }));
  }
}

function opsOf({ operations }: RemoteFixture): readonly string[] {
  return operations.map(({ op }) => op);
}

testBoth("submits many by few requests", async (fixture) => {
  const { remote, queue } = fixture;
  const inputs = Array.from({ length: 600 }, (_, n) => ({ type: "text", payload: { n } }));
  const results = await remote.submitMany([{ type: "", payload: {} }, ...inputs]);
  assert.equal(results.length, 601);
  const [first, ...others] = results;
  assert.equal(first?.status === "rejected" && first.reason.code, "invalid_task");
  for (const [n, result] of others.entries()) {
    assert.ok(result.status === "fulfilled");
    assert.equal(result.value.created, true);
    assert.equal(result.value.peerId, "server");
    if (n % 100 !== 0) continue;
    assert.deepEqual((await queue.get(result.value.taskId))?.payload, { n });
  }
  assert.equal(opsOf(fixture).filter((op) => op === "submit_many").length, 3);
  assert.deepEqual([...remote.missingOps], []);
});

testBoth("submits what the peer refuses and what it takes, each for itself", async (fixture) => {
  const { remote } = fixture;
  const results = await remote.submitMany([
    { type: "text", payload: {}, idempotencyKey: "k" },
    { type: "text", payload: { other: true }, idempotencyKey: "k" },
    { type: "text", payload: {}, priority: 99 },
    { type: "text", payload: {}, taskId: "mine" },
  ]);
  assert.deepEqual(
    results.map((result) => result.status === "rejected" ? result.reason.code : "ok"),
    ["ok", "idempotency_conflict", "invalid_task", "ok"],
  );
});

testBoth("submits with all that a task can have", async ({ remote }) => {
  const submitted = await remote.submit({
    type: "text",
    payload: {},
    taskId: "mine",
    requires: ["gpu", "arm"],
    stickyWorker: "w9",
    session: "s",
  });
  assert.equal(submitted.taskId, "mine");
  const task = await remote.get("mine");
  assert.deepEqual(task?.requires, ["arm", "gpu"]);
  assert.equal(task.affinity?.worker, "w9");
  assert.equal(task.affinity.session, "s");
  assert.deepEqual(await remote.claim(CLAIM), []);
  const mine = { worker: "w9", types: "any", session: "s", offers: ["gpu", "arm"] } as const;
  const [claimed] = await remote.claim({ ...mine, leaseMs: 5_000 });
  assert.equal(claimed?.id, "mine");
  assert.equal((claimed.lease?.untilMs ?? 0) - claimed.updatedAtMs, 5_000);
  assert.equal(claimed.lease?.isFenced, true);
});

testBoth("claims leases that need no token", async ({ remote }) => {
  const { taskId } = await remote.submit({ type: "text", payload: {} });
  const [task] = await remote.claim({ ...CLAIM, isFenced: false });
  assert.equal(task?.lease?.isFenced, false);
  assert.equal(task.lease.token, "");
  const done = await remote.finish({ taskId, token: "", outcome: COMPLETED });
  assert.equal(done.status, "completed");
});

testBoth("finishes many by one request", async (fixture) => {
  const { remote } = fixture;
  await remote.submitMany(
    Array.from({ length: 5 }, (_, n) => ({ type: "text", payload: { n } })),
  );
  const tasks = await remote.claim({ ...CLAIM, limit: 5 });
  const reports = tasks.map(({ id, lease }) => {
    return { taskId: id, token: lease?.token ?? "", outcome: COMPLETED };
  });
  const stranger = { taskId: tasks[0]?.id ?? "", token: "nope:1:0", outcome: COMPLETED };
  const results = await remote.finishMany([...reports, stranger]);
  assert.equal(results.length, 6);
  for (const result of results.slice(0, 5)) {
    assert.ok(result.status === "fulfilled");
    assert.deepEqual(result.value.result, { answer: 42 });
  }
  assert.equal(results[5]?.status === "rejected" && results[5].reason.code, "lease_lost");
  assert.equal(opsOf(fixture).filter((op) => op === "complete_many").length, 1);
});

async function claimOne({ remote }: RemoteFixture): Promise<{ taskId: string; token: string }> {
  const { taskId } = await remote.submit({ type: "text", payload: { secret: 1 } });
  const [task] = await remote.claim(CLAIM);
  assert.equal(task?.id, taskId);
  return { taskId, token: task.lease?.token ?? "" };
}

testBoth("watches states, progress and lines of log, once each", async (fixture) => {
  const { remote, clock } = fixture;
  const held = await claimOne(fixture);
  const events: TaskEvent[] = [];
  const watching = remote.watch({
    taskId: held.taskId,
    timeoutMs: 300_000,
    onEvent: (event) => events.push(event),
  });
  const lines = (...messages: string[]) =>
    messages.map((message) => ({ stream: "stdout", message }));
  for (let n = 0; n < 5; n++) {
    await clock.advance(20_000);
    await remote.renew({ ...held, progress: { n }, logs: lines(`${n}a`, `${n}b`) });
  }
  await remote.finish({ ...held, outcome: COMPLETED });
  const watched = await settle(watching, clock);
  assert.equal(watched?.task.status, "completed");
  assert.deepEqual(watched.task.result, { answer: 42 });
  assert.equal(watched.logCursor, 10);
  const entries = events.flatMap((event) => event.kind === "log" ? [event.entry] : []);
  assert.deepEqual(entries.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(entries.map(({ message }) => message).slice(0, 3), ["0a", "0b", "1a"]);
  const tasks = events.flatMap((event): Task[] => event.kind === "task" ? [event.task] : []);
  assert.deepEqual(tasks.map(({ status }) => status), [
    ...Array(6).fill("running"),
    "completed",
  ]);
  assert.deepEqual(tasks.map(({ progress }) => progress?.["n"]), [undefined, 0, 1, 2, 3, 4, 4]);
  // It took more than one request.
  assert.ok(opsOf(fixture).filter((op) => op === "watch").length >= 1);
});

testBoth("watches from a cursor on, and at once", async (fixture) => {
  const { remote } = fixture;
  const held = await claimOne(fixture);
  const logs = ["a", "b", "c"].map((message) => ({ stream: "stderr", message }));
  await remote.renew({ ...held, logs });
  const events: TaskEvent[] = [];
  const onEvent = (event: TaskEvent) => {
    events.push(event);
  };
  const watched = await remote.watch({ taskId: held.taskId, timeoutMs: 0, afterLog: 2, onEvent });
  assert.equal(watched?.logCursor, 3);
  assert.equal(watched.task.status, "running");
  const messages = events.map((event) => event.kind === "log" && event.entry.message);
  assert.deepEqual(messages, ["c", false]);
  assert.equal(await remote.watch({ taskId: "nope", onEvent }), undefined);
});

testBoth("learns of a cancellation by renewing and by a sign of life", async (fixture) => {
  const { remote } = fixture;
  const held = await claimOne(fixture);
  const beat = await remote.heartbeat({ lease: { token: held.token, worker: "w" } });
  assert.equal(Reflect.get(Object(beat["lease"]), "cancelled"), false);
  await remote.cancel({ taskId: held.taskId, reason: "enough" });
  assert.equal((await remote.renew(held)).status, "cancelled");
  const after = await remote.heartbeat({ lease: { token: held.token } });
  assert.equal(Reflect.get(Object(after["lease"]), "cancelled"), true);
});

testBoth("has a cancelled task done again", async (fixture) => {
  const { remote } = fixture;
  const { taskId } = await remote.submit({ type: "text", payload: {} });
  await assert.rejects(remote.retry({ taskId }), InvalidTransitionError);
  await remote.cancel({ taskId, reason: "" });
  const task = await remote.retry({ taskId, deadlineMs: 9_000 });
  assert.equal(task.status, "queued");
  assert.equal((task.deadlineAtMs ?? 0) - task.updatedAtMs, 9_000);
});

testBoth("counts by state and type", async (fixture) => {
  const { remote } = fixture;
  await claimOne(fixture);
  await remote.submit({ type: "other", payload: {} });
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const { total, byType } = await remote.counts();
  assert.deepEqual(total, { ...none, queued: 1, running: 1 });
  assert.deepEqual([...byType], [
    ["other", { ...none, queued: 1 }],
    ["text", { ...none, running: 1 }],
  ]);
  assert.deepEqual([...remote.missingOps], []);
});

testBoth("has no cache where there is none", async ({ client }) => {
  await assert.rejects(client.cacheOf({ peerId: "server" }).get("k"), (error) => {
    return error instanceof RemoteError && error.code === "cache_disabled";
  });
});

for (const isLineOnly of [false, true]) {
  const name = isLineOnly ? "in lines" : "in frames";
  Deno.test(`RemoteCache reads, writes and takes over changes (${name})`, async () => {
    await using store = createMemoryCacheStore();
    const clock = new FakeClock(1_000_000);
    const local = createLocalCache({ store, peerId: "server", clock });
    await withRemoteQueue(async ({ client }) => {
      const cache = client.cacheOf({ peerId: "server" });
      assert.deepEqual(await cache.get("k"), { hit: false });
      await cache.set("k", null, { ttlMs: 5_000 });
      const found = await cache.get("k");
      assert.ok(found.hit);
      assert.deepEqual(found, await local.get("k"));
      assert.equal(found.value, null);
      assert.equal(found.expiresAtMs, 1_005_000);
      const change = { key: "k", expiresAtMs: null };
      const older = { atMs: 5, peerId: "client" };
      const newer = { atMs: 1_000_500, peerId: "client" };
      assert.equal(await cache.apply({ ...change, value: 1, version: older }), false);
      assert.equal(await cache.apply({ ...change, value: { a: 2 }, version: newer }), true);
      const taken = await cache.get("k");
      assert.deepEqual(taken.hit && taken.value, { a: 2 });
      const last = { atMs: 1_000_600, peerId: "client" };
      const deletion = { key: "k", expiresAtMs: 1_500_000, value: undefined, version: last };
      assert.equal(await cache.apply(deletion), true);
      assert.equal(await cache.has("k"), false);
      assert.equal(await cache.delete("k"), false);
    }, { isLineOnly, cache: local });
  });
}
