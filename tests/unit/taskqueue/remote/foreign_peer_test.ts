import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Stream } from "../../../../src/network/mod.ts";
import { TaskNotFoundError } from "../../../../src/task/mod.ts";
import {
  InvalidTaskError,
  PeerProtocolError,
  PeerTimeoutError,
  RemoteError,
} from "../../../../src/taskqueue/errors.ts";
import {
  type Behaviour,
  type Message,
  reply,
  send,
  TOKEN,
  withLinePeer,
} from "./with_line_peer.ts";
import { settle } from "./settle.ts";

const TASK = {
  "task_id": "abc",
  "task_type": "text",
  "model_name": "",
  payload: {},
  "created_at": 1,
  status: "running",
  "assigned_worker": "w",
};

Deno.test("RemoteTaskQueue says who answered, once it knows", () =>
  withLinePeer(
    (_request, stream) => reply(stream, { ok: true, task: null }),
    async ({ remote }) => {
      assert.equal(remote.peerId, "");
      await remote.get("x");
      assert.equal(remote.peerId, "peer");
    },
  ));

Deno.test("RemoteTaskQueue presents the token and ends the line", () =>
  withLinePeer((_request, stream) => reply(stream, { ok: true, task: null }), async (fixture) => {
    await fixture.remote.get("x");
    assert.deepEqual(fixture.requests, [{ op: "get", "task_id": "x", token: TOKEN }]);
  }));

Deno.test("RemoteTaskQueue takes a refusal for a RemoteError and does not ask again", () =>
  withLinePeer(
    (_request, stream) => reply(stream, { ok: false, error: "unauthorized" }),
    async (f) => {
      await assert.rejects(f.remote.status(), (error) => {
        return error instanceof RemoteError && error.code === "unauthorized" &&
          error.op === "status" && error.peerId === "peer";
      });
      assert.equal(f.requests.length, 1);
    },
  ));

const RESETS: Behaviour = (_request, stream) => stream.abort(new Error("reset"));
const SAYS_NOTHING: Behaviour = () => {};

for (const [title, behaviour] of Object.entries({ resets: RESETS, "says nothing": SAYS_NOTHING })) {
  Deno.test(`RemoteTaskQueue asks a peer that ${title} three times`, () =>
    withLinePeer(behaviour, async ({ remote, clock, requests }) => {
      await assert.rejects(settle(remote.get("x"), clock));
      assert.equal(requests.length, 3);
    }));

  Deno.test(`RemoteTaskQueue claims and releases from a peer that ${title} once only`, () =>
    withLinePeer(behaviour, async ({ remote, clock, requests }) => {
      await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock));
      const release = remote.release({ taskId: "x", token: "t", reason: "" });
      await assert.rejects(settle(release, clock));
      assert.equal(requests.length, 2);
    }));
}

Deno.test("RemoteTaskQueue asks again when the peer is busy", () =>
  withLinePeer((_request, stream, count) => {
    if (count === 1) return reply(stream, { ok: false, error: "store_busy" });
    return reply(stream, { ok: true, task: null });
  }, async ({ remote, clock }) => {
    assert.deepEqual(await settle(remote.claim({ worker: "w", types: ["text"] }), clock), []);
  }));

const VIOLATIONS = {
  closed: (_request: Message, stream: Stream) => stream.closeWrite(),
  "invalid_reply": (_request: Message, stream: Stream) => send(stream, "not json\n"),
  "reply_too_large": (_request: Message, stream: Stream) =>
    send(stream, "x".repeat(1024 * 1024 + 2)),
};

for (const [violation, behaviour] of Object.entries(VIOLATIONS)) {
  // docs/protocol.md, 3.6
  Deno.test(`RemoteTaskQueue names the violation ${violation}`, () =>
    withLinePeer(behaviour, async ({ remote, clock }) => {
      await assert.rejects(settle(remote.get("x"), clock), (error) => {
        return error instanceof PeerProtocolError && error.violation === violation &&
          /Cannot get as .+: peer "peer"$/.test(error.message);
      });
    }));
}

const NONSENSE = [
  ["get", { ok: true, task: 5 }],
  ["get", { ok: true, task: { ...TASK, "task_id": "another" } }],
  ["counts", { ok: true, "by_type": {} }],
  ["renew", { ok: true }],
  ["cache.has", { ok: true, hit: "yes" }],
  ["get", { ok: true, task: { ...TASK, status: "weird" } }],
  ["list", { ok: true, tasks: null }],
  ["list", { ok: true, tasks: [null] }],
  ["submit", { ok: true }],
] as const;

for (const [op, message] of NONSENSE) {
  Deno.test(`RemoteTaskQueue refuses ${JSON.stringify(message)} as a reply to ${op}`, () =>
    withLinePeer((_request, stream) => reply(stream, message), async ({ remote, client }) => {
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        get: () => remote.get("abc"),
        counts: () => remote.counts(),
        renew: () => remote.renew({ taskId: "abc", token: "t" }),
        "cache.has": () => client.cacheOf({ peerId: "peer" }).has("k"),
        list: () => remote.list({}),
        submit: () => remote.submit({ type: "text", payload: {} }),
      };
      await assert.rejects(calls[op]?.() ?? Promise.resolve(), PeerProtocolError);
    }));
}

Deno.test("RemoteTaskQueue gives up on a peer that does not answer", () =>
  withLinePeer(async (_request, stream) => {
    await stream.read();
  }, async ({ remote, clock }) => {
    const startMs = clock.monotonicMs();
    await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock), (error) => {
      return error instanceof PeerTimeoutError && error.timeoutMs === 20_000;
    });
    assert.equal(clock.monotonicMs() - startMs, 20_000);
  }));

Deno.test("RemoteTaskQueue gives up on a peer that cannot be dialled", () =>
  withLinePeer(SAYS_NOTHING, async ({ remote, clock, hub }) => {
    hub.setReachability("peer", "stalled");
    await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock), (error) => {
      return error instanceof PeerTimeoutError && error.message.includes("/memory/peer");
    });
  }));

Deno.test("RemoteTaskQueue does not send what the peer could not read", () =>
  withLinePeer(SAYS_NOTHING, async ({ remote, requests }) => {
    const payload = { text: "x".repeat(1024 * 1024) };
    await assert.rejects(remote.submit({ type: "text", payload }), InvalidTaskError);
    assert.equal(requests.length, 0);
  }));

Deno.test("RemoteTaskQueue waits a long time by several requests", () =>
  withLinePeer(async (request, stream) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = clockOf.current.setTimer(Number(request["timeout_s"]) * 1_000, resolve);
    await promise;
    await reply(stream, { ok: true, task: { ...TASK, status: "queued" } });
  }, async ({ remote, clock, requests }) => {
    clockOf.current = clock;
    const task = await settle(remote.wait({ taskId: "abc", timeoutMs: 150_000 }), clock);
    assert.equal(task?.status, "queued");
    assert.deepEqual(requests.map((request) => request["timeout_s"]), [60, 60, 30]);
  }));

/** The clock of the test that runs now, for its peer. */
const clockOf: { current: FakeClock } = { current: new FakeClock() };

Deno.test("RemoteTaskQueue gets a task when it is not to wait, as 0 means 60 to Python", () =>
  withLinePeer((_request, stream) => reply(stream, { ok: true, task: null }), async (fixture) => {
    await fixture.remote.wait({ taskId: "abc", timeoutMs: 0 });
    assert.equal(fixture.requests[0]?.["op"], "get");
  }));

Deno.test("RemoteTaskQueue asks a peer that does not wait for work each second", () =>
  withLinePeer((_request, stream, count) => {
    return reply(stream, { ok: true, task: count < 4 ? null : TASK });
  }, async ({ remote, clock, requests }) => {
    const claiming = remote.claim({ worker: "w", types: ["text"], waitMs: 10_000 });
    const [task] = await settle(claiming, clock);
    assert.equal(task?.id, "abc");
    assert.equal(task.lease?.token, "");
    assert.equal(requests.length, 4);
    assert.equal(clock.monotonicMs() <= 4_000, true);
  }));

for (
  const [title, message] of Object.entries({
    "that are not leased": { task: { ...TASK, status: "queued" } },
    "of other types": { task: { ...TASK, "task_type": "shell" } },
    "beyond their number": {
      tasks: [TASK, { ...TASK, "task_id": "abd" }, { ...TASK, "task_id": "abe" }],
    },
  })
) {
  Deno.test(`RemoteTaskQueue refuses claimed tasks ${title}`, () =>
    withLinePeer(
      (_request, stream) => reply(stream, { ok: true, ...message }),
      async ({ remote }) => {
        const claim = remote.claim({ worker: "w", types: ["text"], limit: 2 });
        await assert.rejects(claim, { code: "peer_protocol_error", violation: "invalid_reply" });
      },
    ));
}

// docs/protocol.md, 4.5, 5.3
Deno.test("RemoteTaskQueue makes do without operations that a Python peer does not know", () =>
  withLinePeer((request, stream) => {
    const known = request["op"] === "get" || request["op"] === "claim";
    if (known) return reply(stream, { ok: true, task: TASK });
    return reply(stream, { ok: false, error: "unknown_op" });
  }, async ({ remote, requests }) => {
    const tasks = await remote.claim({ worker: "w", types: ["text"], limit: 4 });
    assert.equal(tasks.length, 1);
    await remote.claim({ worker: "w", types: ["text"], limit: 4 });
    assert.equal((await remote.renew({ taskId: "abc", token: "" })).status, "running");
    const ops = requests.map((request) => request["op"]);
    assert.deepEqual(ops, ["claim_many", "claim", "claim", "renew", "get"]);
    assert.deepEqual([...remote.missingOps], ["claim_many", "renew"]);
  }));

Deno.test("RemoteTaskQueue fetches the task when a Python peer does not send it", () =>
  withLinePeer((request, stream) => {
    const done = { ...TASK, status: "completed", result: { a: 1 } };
    if (request["op"] === "get") return reply(stream, { ok: true, task: done });
    return reply(stream, { ok: true, "task_id": "abc" });
  }, async ({ remote, requests }) => {
    const outcome = { status: "completed", result: { a: 1 } } as const;
    const task = await remote.finish({ taskId: "abc", token: "", outcome });
    assert.deepEqual(task.result, { a: 1 });
    assert.ok(!("lease_token" in (requests[0] ?? {})));
  }));

Deno.test("RemoteTaskQueue says so when the task is gone by then", () =>
  withLinePeer(
    (_request, stream) => reply(stream, { ok: true, task: null }),
    async ({ remote }) => {
      await assert.rejects(remote.cancel({ taskId: "abc", reason: "" }), TaskNotFoundError);
    },
  ));

Deno.test("RemoteTaskQueue makes a task of what a renewal tells", () =>
  withLinePeer((_request, stream) => {
    const renewed = { ok: true, "task_id": "abc", status: "running", "lease_until": 70.5 };
    return reply(stream, renewed);
  }, async ({ remote }) => {
    const task = await remote.renew({ taskId: "abc", token: "abc:1:0" });
    assert.equal(task.id, "abc");
    assert.equal(task.status, "running");
    assert.equal(task.lease?.untilMs, 70_500);
    assert.equal(task.lease.token, "abc:1:0");
  }));

for (const results of [null, [], [{ ok: true, "task_id": "a" }], [5, "x"]]) {
  Deno.test(`RemoteTaskQueue refuses ${JSON.stringify(results)} as the results of two`, () =>
    withLinePeer((_request, stream) => reply(stream, { ok: true, results }), async ({ remote }) => {
      const input = { type: "text", payload: {} };
      const settled = await remote.submitMany([input, input]);
      assert.equal(settled.length, 2);
      for (const result of settled) {
        assert.ok(result.status === "rejected");
        assert.ok(result.reason instanceof PeerProtocolError);
      }
    }));
}

Deno.test("RemoteTaskQueue goes on watching where it was when a stream breaks", () =>
  withLinePeer(async (_request, stream, count) => {
    const entry = (seq: number) => ({ seq, at: 1, stream: "stdout", message: `line ${seq}` });
    const event = { event: "log", "task_id": "abc", entries: [entry(count), entry(count + 1)] };
    await send(stream, `${JSON.stringify(event)}\n`);
    await send(stream, `${JSON.stringify({ event: "task", task: TASK })}\n`);
    if (count === 1) return await stream.closeWrite();
    await reply(stream, { ok: true, task: { ...TASK, status: "completed" }, cursor: 3 });
  }, async ({ remote, clock, requests }) => {
    const told: unknown[] = [];
    const watching = remote.watch({
      taskId: "abc",
      timeoutMs: 30_000,
      onEvent: (event) => told.push(event.kind === "log" ? event.entry.seq : event.task.status),
    });
    const watched = await settle(watching, clock);
    assert.deepEqual(told, [1, 2, "running", 3, "completed"]);
    assert.equal(watched?.logCursor, 3);
    assert.deepEqual(requests.map(({ after }) => after), [0, 2]);
  }));

Deno.test("RemoteTaskQueue waits no longer although a stream breaks", () =>
  withLinePeer(async (request, stream, count) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waitMs = count === 1 ? 8_000 : Number(request["timeout_s"]) * 1_000;
    using _timer = clockOf.current.setTimer(waitMs, resolve);
    await promise;
    if (count === 1) return stream.abort(new Error("broken"));
    await reply(stream, { ok: true, task: TASK });
  }, async ({ remote, clock, requests }) => {
    clockOf.current = clock;
    const task = await settle(remote.wait({ taskId: "abc", timeoutMs: 10_000 }), clock, 100);
    assert.equal(task?.status, "running");
    assert.equal(clock.monotonicMs(), 10_000);
    assert.equal(requests.length, 2);
    assert.ok(Number(requests[1]?.["timeout_s"]) <= 2);
  }));
