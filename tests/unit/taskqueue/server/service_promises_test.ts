import assert from "node:assert/strict";
import { type OpsFixture, taskOf, withOps } from "../ops/with_ops.ts";
import { type ServedFixtureOptions, TOKEN } from "../with_served_queue.ts";
import { askRaw, openRaw, readAll } from "./ask_raw.ts";

// Each of these holds a promise that an earlier service of this kind did not keep.

function test(
  title: string,
  body: (fixture: OpsFixture) => Promise<void>,
  options: ServedFixtureOptions = {},
): void {
  Deno.test(`createTaskQueueServer ${title}`, () => withOps(body, options));
}

const CLAIM = { op: "claim_many", "worker_id": "w", limit: 64 };

async function enlist({ callAs }: OpsFixture, peers: readonly string[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const peer of peers) await callAs(peer, CLAIM);
  }
}

function countOf(reply: Record<string, unknown>): number {
  const { tasks } = reply;
  assert.ok(Array.isArray(tasks));
  return tasks.length;
}

// docs/protocol.md, 1.1, 5.6
test("goes by who the handshake has proven, whatever a claim says of itself", async (f) => {
  await enlist(f, ["a", "b"]);
  const inputs = Array.from({ length: 60 }, () => ({ type: "text", payload: {} }));
  await f.queue.submitMany(inputs);
  const own = countOf(await f.callAs("a", CLAIM));
  assert.ok(own > 9 && own < 51, `${own}`);
  for (const hint of ["b", "a", ""]) {
    assert.equal(countOf(await f.callAs("a", { ...CLAIM, peer: hint, "peer_id": hint })), 0);
  }
  assert.equal(countOf(await f.callAs("b", CLAIM)), 60 - own);
});

// docs/protocol.md, 5.6
test("keeps no share for peers that only say that they are alive", async (fixture) => {
  for (const ghost of ["g1", "g2", "g3"]) {
    await fixture.callAs(ghost, { op: "peer.heartbeat", "peer_id": ghost });
    await fixture.callAs(ghost, { op: "peer.heartbeat", "peer_id": ghost });
  }
  await enlist(fixture, ["worker"]);
  await fixture.queue.submitMany(Array.from({ length: 20 }, () => ({ type: "t", payload: {} })));
  assert.equal(countOf(await fixture.callAs("worker", CLAIM)), 20);
});

test("moves no task with the clocks that peers send", async (fixture) => {
  await enlist(fixture, ["a", "b"]);
  await fixture.queue.submitMany(Array.from({ length: 60 }, () => ({ type: "t", payload: {} })));
  await fixture.callAs("a", CLAIM);
  for (let n = 0; n < 20; n++) {
    const clock = { "node_id": "a", vector: { a: n } };
    await fixture.callAs("a", { op: "heartbeat", clock });
    assert.equal(countOf(await fixture.callAs("a", { ...CLAIM, clock })), 0);
  }
});

interface Scheduler {
  readonly clock: { readonly vector: Record<string, unknown>; readonly "merkle_root": string };
  readonly "known_peers": readonly { readonly "peer_id": string }[];
}

async function beat({ callAs }: OpsFixture, clock: unknown, peer = "p"): Promise<Scheduler> {
  const reply = await callAs(peer, { op: "peer.heartbeat", clock });
  assert.equal(reply["ok"], true);
  return reply["scheduler"] as Scheduler;
}

test("takes no clock over whose counters leap, and bounds what it remembers", async (fixture) => {
  const leap = await beat(fixture, {
    "node_id": "x",
    vector: { x: "1267650600228229401496703205376" },
  });
  assert.deepEqual(Object.keys(leap.clock.vector), ["taskqueue-service"]);
  const step = await beat(fixture, {
    vector: { x: 2 ** 32, y: 2 ** 32 + 1, ["k".repeat(300)]: 1 },
  });
  assert.equal(step.clock.vector["x"], 2 ** 32);
  assert.deepEqual(Object.keys(step.clock.vector).sort(), ["taskqueue-service", "x"]);
  for (let round = 0; round < 3; round++) {
    const entries = Array.from({ length: 800 }, (_, n) => [`node-${round}-${n}`, 1]);
    await beat(fixture, { vector: Object.fromEntries(entries) });
  }
  const full = await beat(fixture, { vector: {} });
  assert.equal(Object.keys(full.clock.vector).length, 1_024);
});

test("lists only peers that it heard of lately, and not too many", async (fixture) => {
  for (let n = 0; n < 300; n++) await beat(fixture, null, `peer-${n}`);
  const known = (await beat(fixture, null, "last"))["known_peers"];
  assert.equal(known.length, 100);
  assert.equal(known[0]?.["peer_id"], "last");
  await fixture.clock.advance(300_001);
  assert.equal((await beat(fixture, null, "alone"))["known_peers"].length, 1);
});

test("computes the root of a clock, and believes none", async (fixture) => {
  const fake = "0".repeat(64);
  const first = await beat(fixture, { "node_id": "x", vector: { x: 1 }, "merkle_root": fake });
  assert.notEqual(first.clock["merkle_root"], fake);
  const again = await beat(fixture, null);
  assert.equal(again.clock["merkle_root"], first.clock["merkle_root"]);
  const second = await beat(fixture, { vector: { x: 2 } });
  assert.notEqual(second.clock["merkle_root"], first.clock["merkle_root"]);
});

// docs/protocol.md, 5.5
test("returns from a wait of no time at once", async ({ call, submitTask }) => {
  const taskId = await submitTask();
  const reply = await call({ op: "wait", "task_id": taskId, "timeout_s": 0 });
  assert.equal(taskOf(reply)["status"], "queued");
});

test("holds no stream for a peer that says nothing", async ({ network, clock }) => {
  const streams = [await openRaw(network), await openRaw(network)];
  await assert.rejects(openRaw(network).then(readAll));
  const replies = streams.map(readAll);
  await clock.advance(10_000);
  for (const reply of replies) assert.equal(JSON.parse(await reply).error, "request_timeout");
  for (const stream of streams) await stream.close();
  const reply = await askRaw(network, `{"op":"get","task_id":"x","token":"${TOKEN}"}\n`);
  assert.equal(JSON.parse(reply).ok, true);
}, { serveLimits: { maxStreamsPerPeer: 2 } });

// docs/protocol.md, 3.2
test("answers what ends with the stream, and ignores what follows the line", async ({ network }) => {
  const request = `{"op":"get","task_id":"x","token":"${TOKEN}"}`;
  const ended = await askRaw(network, request, { endsHalf: true });
  const followed = await askRaw(network, `${request}\n{"op":"nope"}\nrest`);
  for (const reply of [ended, followed]) assert.equal(JSON.parse(reply).ok, true);
});

// docs/protocol.md, 3.5, 4.6
test("sends no reply that a Python peer could not read", async ({ queue, call }) => {
  const text = "\u0001".repeat(140_000);
  for (let n = 0; n < 3; n++) await queue.submit({ type: "t", payload: { n, text } });
  const [task] = await queue.claim({ worker: "w", types: ["t"] });
  const taskId = task?.id ?? "";
  const token = task?.lease?.token ?? "";
  const logs = Array.from({ length: 200 }, () => ({ stream: "s", message: "x".repeat(1_000) }));
  await queue.renew({ taskId, token, logs, progress: { text: "x".repeat(200_000) } });
  const outcome = { status: "completed", result: { text: "x".repeat(900_000) } } as const;
  await queue.finish({ taskId, token, outcome });
  const requests = ["get", "list", "wait", "watch", "claim", "claim_many", "status", "complete"];
  for (const op of requests) {
    const members = { "worker_id": "w", limit: 1_000, detail: true, "lease_token": token };
    const reply = await call({ op, "task_id": taskId, ...members, lease: true });
    assert.equal(reply["ok"], true, `${op}: ${reply["error"]}`);
    assert.ok(new TextEncoder().encode(JSON.stringify(reply)).length <= 1_000_000, op);
  }
});

test("sends only what JSON has", async ({ network, queue, call }) => {
  const request =
    `{"op":"submit","payload":{"x":NaN,"y":-Infinity,"z":[Infinity]},"token":"${TOKEN}"}\n`;
  const reply = JSON.parse(await askRaw(network, request));
  const task = taskOf(await call({ op: "get", "task_id": reply.task_id }));
  assert.deepEqual(task["payload"], { x: null, y: null, z: [null] });
  assert.ok(await queue.get(reply.task_id));
});

// docs/protocol.md, 4.1
test("admits nobody without credentials, whatever the request", async ({ network, queue }) => {
  for (const op of ["submit", "claim", "status", "peer.heartbeat", "nope", 5, null]) {
    for (const token of [undefined, null, "", "wrong", `${TOKEN} `, [TOKEN], true]) {
      const reply = JSON.parse(await askRaw(network, `${JSON.stringify({ op, token })}\n`));
      assert.equal(reply.error, "unauthorized");
    }
  }
  assert.deepEqual(await queue.list({}), []);
});

test("tells no inner text to whoever sends nonsense", async ({ call }) => {
  for (const op of [5, null, [], {}, true, "", "  "]) {
    assert.equal((await call({ op }))["error"], "unknown_op");
  }
  for (const timeout of ["abc", {}, [1], true]) {
    const reply = await call({ op: "wait", "task_id": "x", "timeout_s": timeout });
    assert.equal(reply["error"], "invalid_request");
    assert.equal(reply["detail"], undefined);
  }
});

test("does nothing slow for a detailed status", async ({ call, submitTask }) => {
  await submitTask();
  const reply = await call({ op: "status", detail: true });
  const { queue, scheduler, detail } = reply as Record<string, Record<string, unknown>>;
  assert.equal(queue?.["queued"], 1);
  assert.deepEqual(queue?.["queued_by_type"], { text: 1 });
  assert.deepEqual(detail?.["scheduler"], scheduler);
});

test("gives a claimed task back whose claimer is gone before it knows", async (fixture) => {
  const { server, queue, clock } = fixture;
  const undo: (() => Promise<void>)[] = [];
  const { signal } = new AbortController();
  const caller = { peerId: "client", signal, sendEvent: () => {} };
  const call = { ...caller, onUndelivered: (fn: () => Promise<void>) => undo.push(fn) };
  const taskId = await fixture.submitTask();
  const claim = { op: "claim", "worker_id": "w", token: TOKEN, "lease_ms": 60_000 };
  assert.equal(taskOf(await server.rpcTool(claim, call))["task_id"], taskId);
  assert.equal((await queue.get(taskId))?.status, "running");
  await Promise.all(undo.map((fn) => fn()));
  await clock.advance(0);
  const task = await queue.get(taskId);
  assert.deepEqual([task?.status, task?.attempt], ["queued", 0]);
});

// docs/protocol.md, 1.4
test("answers the same by its tool as by lines", async ({ server, call }) => {
  const { signal } = new AbortController();
  const caller = { peerId: "client", signal, sendEvent: () => {}, onUndelivered: () => {} };
  const requests = [
    { op: "get", "task_id": "x" },
    { op: "complete", "task_id": "x" },
    { op: "nope" },
    { op: "claim" },
  ];
  for (const request of requests) {
    const withToken = { ...request, token: TOKEN };
    const expected = await call(request);
    assert.deepEqual(await server.rpcTool(withToken, caller), expected);
    // Some Python peers wrap the request once more.
    assert.deepEqual(await server.rpcTool({ request: withToken }, caller), expected);
  }
  assert.equal((await server.rpcTool({ op: "get" }, caller))["error"], "unauthorized");
  assert.equal((await server.rpcTool({}, caller))["error"], "unauthorized");
});
