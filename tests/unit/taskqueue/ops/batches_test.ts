import assert from "node:assert/strict";
import { CLAIM, type Message, type OpsFixture, withOps } from "./with_ops.ts";

function test(title: string, body: (fixture: OpsFixture) => Promise<void>): void {
  Deno.test(title, () => withOps(body));
}

function listOf(reply: Message, member: string): readonly Message[] {
  const value = reply[member];
  assert.ok(Array.isArray(value), JSON.stringify(reply));
  return value;
}

test("submit_many answers for each task in order, and keeps the good ones", async (fixture) => {
  const tasks = [
    { "task_type": "text", payload: { n: 0 }, "task_id": "first" },
    { "task_type": "text", priority: 11 },
    { "task_type": "text", priority: "x" },
    { "task_type": "text", payload: { n: 0 }, "task_id": "first" },
    { "task_type": "text", payload: { n: 1 }, "task_id": "first" },
  ];
  const results = listOf(await fixture.call({ op: "submit_many", tasks }), "results");
  const outcomes = results.map((result) => result["error"] ?? result["created"]);
  assert.deepEqual(outcomes, [
    true,
    "invalid_task",
    "invalid_request",
    false,
    "idempotency_conflict",
  ]);
  assert.equal(results[0]?.["task_id"], "first");
  assert.equal((await fixture.queue.list({})).length, 1);
});

for (const op of ["submit_many", "complete_many"]) {
  const member = op === "submit_many" ? "tasks" : "reports";
  test(`${op} wants a list of 1 to 256 objects`, async ({ call }) => {
    const tooMany = Array.from({ length: 257 }, () => ({}));
    for (const items of [undefined, {}, [], [1], tooMany]) {
      const reply = await call({ op, [member]: items });
      assert.equal(reply["error"], "invalid_request");
    }
    const most = Array.from({ length: 256 }, () => ({ "task_id": "" }));
    assert.equal(listOf(await call({ op, [member]: most }), "results").length, 256);
  });
}

test("complete_many answers for each report in order", async (fixture) => {
  const ids = [await fixture.submitTask(), await fixture.submitTask()];
  const claimed = await fixture.call({ ...CLAIM, op: "claim_many", lease: true });
  const [first, second] = listOf(claimed, "tasks");
  const reports = [
    { "lease_token": first?.["lease_token"], result: { n: 1 } },
    { "task_id": "nope", result: {} },
    { status: "failed" },
    { "lease_token": second?.["lease_token"], status: "failed", error: "e" },
  ];
  const results = listOf(await fixture.call({ op: "complete_many", reports }), "results");
  const outcomes = results.map((result) => result["error"] ?? result["task_id"]);
  assert.deepEqual(outcomes, [ids[0], "task_not_found", "missing_task_id", ids[1]]);
  assert.deepEqual((await fixture.queue.get(ids[0] ?? ""))?.result, { n: 1 });
  assert.equal((await fixture.queue.get(ids[1] ?? ""))?.status, "failed");
});

test("complete_many leaves tasks out for which its reply has no room", async (fixture) => {
  const text = "x".repeat(400_000);
  for (let n = 0; n < 3; n++) await fixture.queue.submit({ type: "text", payload: { text } });
  const tasks = await fixture.queue.claim({ worker: "w", types: ["text"], limit: 3 });
  const reports = tasks.map(({ lease }) => ({ "lease_token": lease?.token }));
  const reply = await fixture.call({ op: "complete_many", reports });
  assert.ok(JSON.stringify(reply).length < 1_000_000);
  const results = listOf(reply, "results");
  assert.deepEqual(results.map(({ ok, task }) => [ok, task !== undefined]), [
    [true, true],
    [true, true],
    [true, false],
  ]);
});

test("claim_many takes tasks of one type, that of the best one", async ({ queue, call }) => {
  for (const type of ["a", "b", "a", "b"]) await queue.submit({ type, payload: {} });
  await queue.submit({ type: "b", payload: {}, priority: 9 });
  const typesOf = (reply: Message) => listOf(reply, "tasks").map((task) => task["task_type"]);
  const one = await call({ op: "claim_many", "worker_id": "w", limit: 3 });
  assert.deepEqual(typesOf(one), ["b", "b", "b"]);
  await queue.submit({ type: "b", payload: {} });
  const mixed = { op: "claim_batch", "worker_id": "w", "max_tasks": 8, "same_task_type": false };
  assert.deepEqual(typesOf(await call(mixed)), ["a", "a", "b"]);
});

test("claim_many gives back what does not fit into its reply", async ({ queue, call }) => {
  const text = "x".repeat(600_000);
  for (let n = 0; n < 3; n++) await queue.submit({ type: "text", payload: { n, text } });
  const request = { op: "claim_many", "worker_id": "w", "task_types": "text", "max_tasks": 3 };
  assert.equal(listOf(await call(request), "tasks").length, 1);
  assert.equal((await queue.counts()).total.queued, 2);
});

test("list goes on where it was cut", async ({ queue, call }) => {
  const text = "x".repeat(300_000);
  for (let n = 0; n < 7; n++) await queue.submit({ type: "text", payload: { n, text } });
  const seen: unknown[] = [];
  let after: unknown;
  do {
    const reply = await call({ op: "list", limit: 5, "after_task_id": after });
    assert.ok(JSON.stringify(reply).length < 1_048_576);
    const tasks = listOf(reply, "tasks");
    assert.equal(
      reply["truncated"],
      tasks.length < 5 && seen.length + tasks.length < 7 || undefined,
    );
    seen.push(...tasks.map((task) => Reflect.get(task["payload"] as object, "n")));
    after = reply["next_after"];
  } while (after !== undefined);
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6]);
});

test("counts tells of states and of types", async ({ queue, call }) => {
  await queue.submit({ type: "a", payload: {} });
  await queue.submit({ type: "b", payload: {} });
  await queue.claim({ worker: "w", types: ["b"] });
  const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  const reply = await call({ op: "queue.counts" });
  assert.deepEqual(reply["counts"], { ...none, queued: 1, running: 1 });
  assert.deepEqual(reply["by_type"], { a: { ...none, queued: 1 }, b: { ...none, running: 1 } });
});
