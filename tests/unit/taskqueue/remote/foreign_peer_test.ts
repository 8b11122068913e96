import assert from "node:assert/strict";
import { FakeClock, runTaskGroup } from "../../../../src/concurrency/mod.ts";
import type { Stream } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { TaskNotFoundError } from "../../../../src/task/mod.ts";
import {
  createRemoteTaskQueue,
  InvalidTaskError,
  PeerProtocolError,
  PeerTimeoutError,
  RemoteError,
  TASK_QUEUE_PROTOCOL,
  type TaskQueue,
} from "../../../../src/taskqueue/mod.ts";
import { TOKEN, withRemoteQueue } from "../with_remote_queue.ts";

type Message = Record<string, unknown>;

/** What a peer does with the nth stream, counted from 1. */
type Behaviour = (request: Message, stream: Stream, count: number) => Promise<void> | void;

interface ForeignFixture {
  readonly remote: TaskQueue;
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  /** Requests that the peer got. */
  readonly requests: readonly Message[];
}

/** Runs a test body with the client of a peer that behaves as the test says. */
async function withPeer(
  behaviour: Behaviour,
  body: (fixture: ForeignFixture) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock(0);
  const hub = new MemoryHub({ clock });
  await using peer = hub.open({ peerId: "peer" });
  await using network = hub.open({ peerId: "client" });
  const requests: Message[] = [];
  await runTaskGroup(async (group) => {
    await peer.handle(group, TASK_QUEUE_PROTOCOL, async (stream) => {
      const bytes = await stream.read();
      const request: Message = JSON.parse(new TextDecoder().decode(bytes ?? undefined));
      requests.push(request);
      await behaviour(request, stream, requests.length);
    });
    const target = { multiaddr: "/memory/peer/p2p/peer" };
    const remote = createRemoteTaskQueue({ network, target, token: TOKEN, clock });
    await body({ remote, clock, hub, requests });
    group.cancel("the test is over");
  });
}

function send(stream: Stream, text: string): Promise<void> {
  return stream.write(new TextEncoder().encode(text));
}

function reply(stream: Stream, message: Message): Promise<void> {
  return send(stream, `${JSON.stringify(message)}\n`);
}

/** Advances the clock until the promise is settled. */
async function settle<T>(promise: Promise<T>, clock: FakeClock): Promise<T> {
  let isSettled = false;
  const done = () => {
    isSettled = true;
  };
  const watching = promise.then(done, done);
  for (let second = 0; second < 200 && !isSettled; second++) await clock.advance(1_000);
  await watching;
  return await promise;
}

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
  withPeer((_request, stream) => reply(stream, { ok: true, task: null }), async ({ remote }) => {
    assert.equal(remote.peerId, "");
    await remote.get("x");
    assert.equal(remote.peerId, "peer");
  }));

Deno.test("RemoteTaskQueue presents the token and ends the line", () =>
  withPeer((_request, stream) => reply(stream, { ok: true, task: null }), async (fixture) => {
    await fixture.remote.get("x");
    assert.deepEqual(fixture.requests, [{ op: "get", "task_id": "x", token: TOKEN }]);
  }));

Deno.test("RemoteTaskQueue takes a refusal for a RemoteError and does not ask again", () =>
  withPeer((_request, stream) => reply(stream, { ok: false, error: "unauthorized" }), async (f) => {
    await assert.rejects(f.remote.status(), (error) => {
      return error instanceof RemoteError && error.code === "unauthorized" &&
        error.op === "status" && error.peerId === "peer";
    });
    assert.equal(f.requests.length, 1);
  }));

Deno.test("RemoteTaskQueue submits once although the first reply is lost", async () => {
  await withRemoteQueue(async ({ hub, network, queue, clock, group }) => {
    await using middle = hub.open({ peerId: "middle" });
    let count = 0;
    await middle.handle(group, TASK_QUEUE_PROTOCOL, async (stream) => {
      const request = await stream.read();
      const onward = await middle.openStream({ peerId: "server" }, TASK_QUEUE_PROTOCOL);
      await onward.write(request ?? new Uint8Array());
      const answer = await onward.read();
      await onward.close();
      if (++count === 1) return stream.abort(new Error("lost"));
      await stream.write(answer ?? new Uint8Array());
    });
    const target = { peerId: "middle" };
    const remote = createRemoteTaskQueue({ network, target, token: TOKEN, clock });
    const submitted = await settle(remote.submit({ type: "text", payload: {} }), clock);
    assert.equal(count, 2);
    assert.equal(submitted.created, false);
    const tasks = await queue.list({});
    assert.deepEqual(tasks.map(({ id }) => id), [submitted.taskId]);
  });
});

const RESETS: Behaviour = (_request, stream) => stream.abort(new Error("reset"));
const SAYS_NOTHING: Behaviour = () => {};

for (const [title, behaviour] of Object.entries({ resets: RESETS, "says nothing": SAYS_NOTHING })) {
  Deno.test(`RemoteTaskQueue asks a peer that ${title} three times`, () =>
    withPeer(behaviour, async ({ remote, clock, requests }) => {
      await assert.rejects(settle(remote.get("x"), clock));
      assert.equal(requests.length, 3);
    }));

  Deno.test(`RemoteTaskQueue claims and releases from a peer that ${title} once only`, () =>
    withPeer(behaviour, async ({ remote, clock, requests }) => {
      await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock));
      const release = remote.release({ taskId: "x", token: "t", reason: "" });
      await assert.rejects(settle(release, clock));
      assert.equal(requests.length, 2);
    }));
}

Deno.test("RemoteTaskQueue asks again when the peer is busy", () =>
  withPeer((_request, stream, count) => {
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
  Deno.test(`RemoteTaskQueue names the violation ${violation}`, () =>
    withPeer(behaviour, async ({ remote, clock }) => {
      await assert.rejects(settle(remote.get("x"), clock), (error) => {
        return error instanceof PeerProtocolError && error.violation === violation &&
          /Cannot get as .+: peer "peer"$/.test(error.message);
      });
    }));
}

const NONSENSE = [
  ["get", { ok: true, task: 5 }],
  ["get", { ok: true, task: { ...TASK, status: "weird" } }],
  ["list", { ok: true, tasks: null }],
  ["list", { ok: true, tasks: [null] }],
  ["submit", { ok: true }],
] as const;

for (const [op, message] of NONSENSE) {
  Deno.test(`RemoteTaskQueue refuses ${JSON.stringify(message)} as a reply to ${op}`, () =>
    withPeer((_request, stream) => reply(stream, message), async ({ remote }) => {
      const calls = {
        get: () => remote.get("x"),
        list: () => remote.list({}),
        submit: () => remote.submit({ type: "text", payload: {} }),
      };
      await assert.rejects(calls[op](), PeerProtocolError);
    }));
}

Deno.test("RemoteTaskQueue gives up on a peer that does not answer", () =>
  withPeer(async (_request, stream) => {
    await stream.read();
  }, async ({ remote, clock }) => {
    const startMs = clock.monotonicMs();
    await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock), (error) => {
      return error instanceof PeerTimeoutError && error.timeoutMs === 20_000;
    });
    assert.equal(clock.monotonicMs() - startMs, 20_000);
  }));

Deno.test("RemoteTaskQueue gives up on a peer that cannot be dialled", () =>
  withPeer(SAYS_NOTHING, async ({ remote, clock, hub }) => {
    hub.setReachability("peer", "stalled");
    await assert.rejects(settle(remote.claim({ worker: "w", types: ["text"] }), clock), (error) => {
      return error instanceof PeerTimeoutError && error.message.includes("/memory/peer/p2p/peer");
    });
  }));

Deno.test("RemoteTaskQueue does not send what the peer could not read", () =>
  withPeer(SAYS_NOTHING, async ({ remote, requests }) => {
    const payload = { text: "x".repeat(1024 * 1024) };
    await assert.rejects(remote.submit({ type: "text", payload }), InvalidTaskError);
    assert.equal(requests.length, 0);
  }));

Deno.test("RemoteTaskQueue waits a long time by several requests", () =>
  withPeer(async (request, stream) => {
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
  withPeer((_request, stream) => reply(stream, { ok: true, task: null }), async (fixture) => {
    await fixture.remote.wait({ taskId: "abc", timeoutMs: 0 });
    assert.equal(fixture.requests[0]?.["op"], "get");
  }));

Deno.test("RemoteTaskQueue asks a peer that does not wait for work each second", () =>
  withPeer((_request, stream, count) => {
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
    withPeer((_request, stream) => reply(stream, { ok: true, ...message }), async ({ remote }) => {
      const claim = remote.claim({ worker: "w", types: ["text"], limit: 2 });
      await assert.rejects(claim, { code: "peer_protocol_error", violation: "invalid_reply" });
    }));
}

Deno.test("RemoteTaskQueue makes do without operations that a Python peer does not know", () =>
  withPeer((request, stream) => {
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
  }));

Deno.test("RemoteTaskQueue fetches the task when a Python peer does not send it", () =>
  withPeer((request, stream) => {
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
  withPeer((_request, stream) => reply(stream, { ok: true, task: null }), async ({ remote }) => {
    await assert.rejects(remote.cancel({ taskId: "abc", reason: "" }), TaskNotFoundError);
  }));
