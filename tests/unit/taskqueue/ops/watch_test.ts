import assert from "node:assert/strict";
import { askRaw } from "../server/ask_raw.ts";
import { TOKEN } from "../with_served_queue.ts";
import { type Message, type OpsFixture, taskOf, withOps } from "./with_ops.ts";

function test(title: string, body: (fixture: OpsFixture) => Promise<void>): void {
  Deno.test(title, () => withOps(body));
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function leased({ queue }: OpsFixture) {
  await queue.submit({ type: "text", payload: { secret: "payload" } });
  const [task] = await queue.claim({ worker: "w", types: ["text"] });
  return { taskId: task?.id ?? "", token: task?.lease?.token ?? "" };
}

const line = (message: string) => ({ stream: "stdout", message });

function messagesOf(events: readonly Message[]): readonly unknown[] {
  return events.flatMap(({ entries }) =>
    Array.isArray(entries) ? entries.map(({ message }) => message) : []
  );
}

test("watch streams states and lines of log, and then replies", async (fixture) => {
  const { queue, network } = fixture;
  const lease = await leased(fixture);
  await queue.renew({ ...lease, logs: [line("one"), line("two")] });
  const request = { op: "watch", "task_id": lease.taskId, stream: true, after: 1, token: TOKEN };
  const asking = askRaw(network, `${JSON.stringify(request)}\n`);
  await settle();
  await queue.renew({ ...lease, progress: { step: 1 }, logs: [line("three")] });
  await settle();
  await queue.finish({ ...lease, outcome: { status: "completed", result: { a: 1 } } });
  const lines: Message[] = (await asking).trimEnd().split("\n").map((text) => JSON.parse(text));
  const reply = lines.pop();
  assert.deepEqual(reply && [reply["ok"], reply["cursor"]], [true, 3]);
  assert.deepEqual(taskOf(reply ?? {})["result"], { a: 1 });
  assert.deepEqual(messagesOf(lines), ["two", "three"]);
  const log = lines.find(({ event }) => event === "log");
  assert.deepEqual(log, {
    event: "log",
    "task_id": lease.taskId,
    entries: [{ seq: 2, at: fixture.clock.now() / 1_000, stream: "stdout", message: "two" }],
  });
  const states = lines.filter(({ event }) => event === "task").map(taskOf);
  assert.deepEqual(states.map(({ status }) => status), ["running", "running", "completed"]);
  assert.deepEqual(states[1]?.["progress"], { step: 1 });
  assert.ok(!lines.some((event) => JSON.stringify(event).includes("secret")));
});

test("watch without a stream replies at once to whoever knows nothing", async (fixture) => {
  const lease = await leased(fixture);
  await fixture.queue.renew({ ...lease, logs: [line("one")] });
  const reply = await fixture.call({ op: "task.watch", "task_id": lease.taskId });
  assert.equal(taskOf(reply)["status"], "running");
  assert.deepEqual(messagesOf([reply]), ["one"]);
  assert.equal(reply["cursor"], 1);
});

test("watch without a stream waits for the next line", async (fixture) => {
  const { queue, call } = fixture;
  const lease = await leased(fixture);
  const polling = call({ op: "watch", "task_id": lease.taskId, after: 0 });
  await settle();
  await queue.renew({ ...lease, logs: [line("one")] });
  const reply = await polling;
  assert.deepEqual(messagesOf([reply]), ["one"]);
  assert.equal(reply["cursor"], 1);
});

test("watch without a stream waits for a state that is newer than the known one", async (fixture) => {
  const { queue, call, clock } = fixture;
  const lease = await leased(fixture);
  const knownS = clock.now() / 1_000;
  const polling = call({ op: "watch", "task_id": lease.taskId, "updated_at": knownS });
  await clock.advance(1_000);
  await queue.renew({ ...lease, progress: { step: 1 } });
  assert.deepEqual(taskOf(await polling)["progress"], { step: 1 });
});

test("watch returns at the end of its time, at once if that is 0", async (fixture) => {
  const { call, clock } = fixture;
  const { taskId } = await leased(fixture);
  const now = await call({ op: "watch", "task_id": taskId, after: 0, "timeout_s": 0 });
  assert.deepEqual([taskOf(now)["status"], now["entries"], now["cursor"]], ["running", [], 0]);
  const polling = call({ op: "watch", "task_id": taskId, after: 0, "timeout_s": 5 });
  await clock.advance(5_000);
  assert.equal(taskOf(await polling)["status"], "running");
  const unknown = await call({ op: "watch", "task_id": "nope" });
  assert.deepEqual([unknown["ok"], unknown["task"]], [true, null]);
});

test("watch cuts a long log, and its cursor says where to go on", async (fixture) => {
  const { queue, call } = fixture;
  const lease = await leased(fixture);
  for (let n = 0; n < 5; n++) {
    const logs = Array.from({ length: 4 }, (_, m) => line(`${n * 4 + m}`.padEnd(8_000, ".")));
    await queue.renew({ ...lease, logs });
  }
  const seen: unknown[] = [];
  let after = 0;
  for (let requests = 0; after < 20; requests++) {
    assert.ok(requests < 10);
    const reply = await call({ op: "watch", "task_id": lease.taskId, after, "timeout_s": 0 });
    assert.ok(JSON.stringify(reply).length < 100_000);
    seen.push(...messagesOf([reply]).map((message) => Number.parseInt(String(message))));
    after = Number(reply["cursor"]);
  }
  assert.deepEqual(seen, Array.from({ length: 20 }, (_, n) => n));
});

test("watch loses no line for a caller who reads slowly", async (fixture) => {
  const { queue, network } = fixture;
  const lease = await leased(fixture);
  const stream = await network.openStream({ peerId: "server" }, "/ipfs-datasets/task-queue/1.0.0");
  const request = { op: "watch", "task_id": lease.taskId, stream: true, token: TOKEN };
  await stream.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  await settle();
  for (let n = 0; n < 30; n++) {
    await queue.renew({ ...lease, progress: { n }, logs: [line(`${n}`.padEnd(8_000, "."))] });
    await settle();
  }
  await queue.finish({ ...lease, outcome: { status: "completed", result: {} } });
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
    text += decoder.decode(chunk, { stream: true });
  }
  await stream.close();
  const lines: Message[] = text.trimEnd().split("\n").map((item) => JSON.parse(item));
  const seen = messagesOf(lines).map((message) => Number.parseInt(String(message)));
  assert.deepEqual(seen, Array.from({ length: 30 }, (_, n) => n));
  assert.equal(taskOf(lines.at(-1) ?? {})["status"], "completed");
});
