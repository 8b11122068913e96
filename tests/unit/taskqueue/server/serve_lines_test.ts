import assert from "node:assert/strict";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { createMemoryTaskStore } from "../../../../src/store/memory/mod.ts";
import { StoreBusyError } from "../../../../src/store/mod.ts";
import { TooManyWaitersError } from "../../../../src/taskqueue/mod.ts";
import { type ServedFixture, TOKEN, withServedQueue } from "../with_served_queue.ts";
import { ask, askRaw, openRaw, readAll } from "./ask_raw.ts";

const MAX_LINE_BYTES = 1024 * 1024;

const encode = (text: string) => new TextEncoder().encode(text);

/** A request of exactly this many bytes, without its line break. */
function requestOf(bytes: number): string {
  const head = `{"op":"get","task_id":"x","token":"${TOKEN}","pad":"`;
  return `${head}${"x".repeat(bytes - head.length - 2)}"}`;
}

/** Lets what the server has been sent come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function test(title: string, body: (fixture: ServedFixture) => Promise<void>): void {
  Deno.test(`serveLines ${title}`, () => withServedQueue(body));
}

// docs/protocol.md, 3.1
test("answers a request that comes in pieces", async ({ network }) => {
  const stream = await openRaw(network);
  for (const byte of encode(`{"op":"get","task_id":"é","token":"${TOKEN}"}\n`)) {
    await stream.write(Uint8Array.of(byte));
  }
  assert.equal(await readAll(stream), '{"ok":true,"task":null,"peer_id":"server"}\n');
  await stream.close();
});

// docs/protocol.md, 3.2
test("answers a request that ends with the stream", async ({ network }) => {
  const request = `{"op":"get","task_id":"x","token":"${TOKEN}"}`;
  const reply = await askRaw(network, request, { endsHalf: true });
  assert.equal(reply, '{"ok":true,"task":null,"peer_id":"server"}\n');
});

// docs/protocol.md, 3.3
test("takes NaN for null, as Python sends it", async ({ network, queue }) => {
  const request = `{"op":"submit","payload":{"x":NaN},"token":"${TOKEN}"}\n`;
  const reply = JSON.parse(await askRaw(network, request));
  assert.deepEqual((await queue.get(reply.task_id))?.payload, { x: null });
});

test("closes without a word when nothing is sent", async ({ network, operations }) => {
  assert.equal(await askRaw(network, "", { endsHalf: true }), "");
  assert.deepEqual(operations, []);
});

// docs/protocol.md, 3.5, 6.1
test("takes a line of 1 MiB and refuses a longer one", async ({ network }) => {
  const longest = JSON.parse(await askRaw(network, `${requestOf(MAX_LINE_BYTES)}\n`));
  assert.equal(longest.ok, true);
  const longer = JSON.parse(await askRaw(network, `${requestOf(MAX_LINE_BYTES + 1)}\n`));
  assert.equal(longer.error, "frame_too_large");
  const endless = JSON.parse(await askRaw(network, "x".repeat(MAX_LINE_BYTES + 100)));
  assert.equal(endless.error, "frame_too_large");
});

test("refuses what is no text", async ({ network }) => {
  const reply = JSON.parse(await askRaw(network, Uint8Array.of(0xff, 0xfe, 0x0a)));
  assert.equal(reply.error, "invalid_json");
});

test("refuses a request without the right token before it looks at the operation", async (f) => {
  for (const token of [undefined, "", "wrong", 5, null, [TOKEN]]) {
    const reply = await ask(f.network, { op: "submit", payload: {}, token });
    assert.equal(reply["ok"], false);
    assert.equal(reply["error"], "unauthorized");
    assert.equal(reply["peer_id"], "server");
  }
  assert.deepEqual(await f.queue.list({}), []);
  assert.deepEqual(f.operations[0]?.op, "unknown");
});

test("gives up on a request that does not come to its end", async ({ network, clock }) => {
  const stream = await openRaw(network);
  await stream.write(encode('{"op":'));
  const reading = readAll(stream);
  for (let second = 0; second < 9; second++) {
    await clock.advance(1_000);
    await stream.write(encode(" "));
  }
  await clock.advance(1_000);
  assert.equal(JSON.parse(await reading).error, "request_timeout");
  await stream.close();
});

Deno.test("serveLines stops waiting when the caller hangs up", async () => {
  await withServedQueue(async ({ network, queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const stream = await openRaw(network);
    await stream.write(encode(`{"op":"wait","task_id":"${taskId}","token":"${TOKEN}"}\n`));
    await settle();
    await assert.rejects(queue.wait({ taskId }), TooManyWaitersError);
    stream.abort(new Error("gone"));
    await settle();
    const waiting = queue.wait({ taskId });
    await queue.cancel({ taskId, reason: "" });
    assert.equal((await waiting)?.status, "cancelled");
  }, { limits: { maxWaiters: 1 } });
});

test("goes on waiting when the caller has only ended its half", async ({ network, queue }) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  const request = `{"op":"wait","task_id":"${taskId}","token":"${TOKEN}"}\n`;
  const asking = askRaw(network, request, { endsHalf: true });
  await settle();
  await queue.cancel({ taskId, reason: "" });
  assert.equal(JSON.parse(await asking).task.status, "cancelled");
});

test("gives a task back whose claimer has hung up", async ({ network, queue }) => {
  const stream = await openRaw(network);
  const request = {
    op: "claim",
    "worker_id": "w",
    "task_types": "text",
    "wait_s": 60,
    token: TOKEN,
  };
  await stream.write(encode(`${JSON.stringify(request)}\n`));
  await settle();
  // The task is leased in the same turn in which the stream breaks.
  const submitting = queue.submit({ type: "text", payload: {} });
  stream.abort(new Error("gone"));
  const { taskId } = await submitting;
  await settle();
  const task = await queue.get(taskId);
  assert.equal(task?.status, "queued");
  assert.equal(task.attempt, 0);
});

test("streams progress before the reply to those who ask for it", async ({ network, queue }) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  const request = { op: "wait", "task_id": taskId, stream: true, token: TOKEN };
  const asking = askRaw(network, `${JSON.stringify(request)}\n`);
  const [task] = await queue.claim({ worker: "w", types: ["text"] });
  const token = task?.lease?.token ?? "";
  await settle();
  await queue.renew({ taskId, token, progress: { step: 1 } });
  await settle();
  await queue.finish({ taskId, token, outcome: { status: "completed", result: {} } });
  const lines = (await asking).trimEnd().split("\n").map((line) => JSON.parse(line));
  const last = lines.pop();
  assert.equal(last.ok, true);
  assert.equal(last.task.status, "completed");
  assert.ok(lines.every((line) => line.event === "progress" && !("ok" in line)));
  assert.deepEqual(lines.at(-1)?.task.progress, { step: 1 });
});

// docs/protocol.md, 3.4
test("sends no events to those who do not ask", async ({ network, queue }) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  const asking = ask(network, { op: "wait", "task_id": taskId, token: TOKEN });
  const [task] = await queue.claim({ worker: "w", types: ["text"] });
  const token = task?.lease?.token ?? "";
  await settle();
  await queue.renew({ taskId, token, progress: { step: 1 } });
  await settle();
  await queue.finish({ taskId, token, outcome: { status: "completed", result: {} } });
  assert.equal((await asking)["ok"], true);
});

test("waits no longer than its limit", async ({ network, queue, clock }) => {
  const { taskId } = await queue.submit({ type: "text", payload: {} });
  const asking = ask(network, { op: "wait", "task_id": taskId, timeout_s: 1e6, token: TOKEN });
  await clock.advance(queue.limits.maxWaitMs);
  assert.equal((await asking)["ok"], true);
});

test("tells of each operation by its first name", async ({ network, operations }) => {
  await ask(network, { op: "queue.list", token: TOKEN });
  await ask(network, { op: "complete", token: TOKEN });
  await ask(network, { op: "nope", token: TOKEN });
  const seen = operations.map(({ op, outcome, peerId }) => [op, outcome, peerId]);
  assert.deepEqual(seen, [
    ["list", "ok", "client"],
    ["complete", "missing_task_id", "client"],
    ["unknown", "unknown_op", "client"],
  ]);
});

function brokenStore(error: Error): TaskStore {
  const store = createMemoryTaskStore();
  return Object.assign(store, { get: () => Promise.reject(error) });
}

Deno.test("serveLines tells peers nothing of the node's inner life", async () => {
  const openStore = () => brokenStore(new Error("secret /path"));
  await withServedQueue(async ({ network }) => {
    const reply = await askRaw(network, `{"op":"get","task_id":"x","token":"${TOKEN}"}\n`);
    assert.equal(reply, '{"ok":false,"error":"internal_error","peer_id":"server"}\n');
  }, { openStore });
  const openBusyStore = () => brokenStore(new StoreBusyError("/secret/path"));
  await withServedQueue(async ({ network }) => {
    const reply = await ask(network, { op: "get", "task_id": "x", token: TOKEN });
    assert.equal(reply["error"], "store_busy");
    assert.doesNotMatch(JSON.stringify(reply), /secret/);
  }, { openStore: openBusyStore });
});

Deno.test("serveLines refuses more streams of one peer than are allowed", async () => {
  await withServedQueue(async ({ network, queue }) => {
    const { taskId } = await queue.submit({ type: "text", payload: {} });
    const wait = { op: "wait", "task_id": taskId, token: TOKEN };
    const waits = [ask(network, wait), ask(network, wait)];
    await settle();
    await assert.rejects(ask(network, { op: "get", "task_id": "x", token: TOKEN }));
    await queue.cancel({ taskId, reason: "" });
    await Promise.all(waits);
  }, { serveLimits: { maxStreamsPerPeer: 2 } });
});
