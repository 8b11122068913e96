import assert from "node:assert/strict";
import { encodeFrame, FrameDecoder } from "../../../../src/codec/mod.ts";
import { FakeClock, runTaskGroup, type TaskGroup } from "../../../../src/concurrency/mod.ts";
import type { Network, PeerTarget, Stream } from "../../../../src/network/mod.ts";
import { PeerUnreachableError, ProtocolUnsupportedError } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { PeerProtocolError, PeerTimeoutError } from "../../../../src/taskqueue/errors.ts";
import {
  createQueueClient,
  type QueueClient,
} from "../../../../src/taskqueue/remote/queue_client.ts";
import {
  type PythonService,
  serveEnvelopePeer,
  serveHeadPeer,
  serveSeedPeer,
} from "../../../support/python_peer/mod.ts";
import { WrappedNetwork } from "../../network/wrapped_network.ts";
import { settle } from "./settle.ts";

const FRAMED = "/mcp+p2p/1.0.0";
const LINE = "/ipfs-datasets/task-queue/1.0.0";
const TARGET = { peerId: "peer" };
const MAX_FRAME = { maxFrameBytes: 1_048_576 };
const CLAIM = { worker: "w", types: ["text"] };

/** A stream that was opened. */
interface Opened {
  readonly target: PeerTarget;
  readonly protocol: string;
}

interface Fixture {
  readonly client: QueueClient;
  readonly clock: FakeClock;
  readonly hub: MemoryHub;
  readonly peer: Network;
  readonly group: TaskGroup;
  readonly opened: readonly Opened[];
  /** Protocols of the streams that were opened since it was called last. */
  protocols(): readonly string[];
}

async function withClient(body: (fixture: Fixture) => Promise<void>): Promise<void> {
  const clock = new FakeClock(0);
  const hub = new MemoryHub({ clock });
  await using peer = hub.open({ peerId: "peer" });
  await using near = hub.open({ peerId: "client" });
  const opened: Opened[] = [];
  let told = 0;
  const network = recordStreams(near, opened);
  await runTaskGroup(async (group) => {
    {
      await using client = createQueueClient({ network, clock });
      const protocols = () => {
        const since = opened.slice(told).map(({ protocol }) => protocol);
        told = opened.length;
        return since;
      };
      await body({ client, clock, hub, peer, group, opened, protocols });
    }
    group.cancel("the test is over");
  });
}

/** The network, with a list of the streams that were asked for. */
function recordStreams(network: Network, opened: Opened[]): Network {
  return Object.assign(new WrappedNetwork(network), {
    openStream(...args: Parameters<Network["openStream"]>): Promise<Stream> {
      const [target, protocol] = args;
      opened.push({ target, protocol });
      return network.openStream(...args);
    },
  });
}

/** What a framed peer does with the nth request, counted from 1; returns the content to answer with. */
type Answer = (
  args: Record<string, unknown>,
  count: number,
  stream: Stream,
) => Record<string, unknown> | undefined;

/** Serves the framed protocol as the test says. */
async function serveFrames({ peer, group }: Fixture, answer: Answer): Promise<unknown[]> {
  const requests: unknown[] = [];
  await peer.handle(group, FRAMED, async (stream) => {
    const decoder = new FrameDecoder(MAX_FRAME);
    for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
      for (const body of decoder.decode(chunk)) {
        const { id, method, params } = JSON.parse(new TextDecoder().decode(body));
        if (method !== "tools/call") continue;
        requests.push(params.arguments);
        const reply = answer(params.arguments, requests.length, stream);
        if (reply === undefined) continue;
        const member = "rpcCode" in reply
          ? { error: { code: reply["rpcCode"], message: reply["error"] } }
          : { result: { content: reply } };
        await stream.write(
          encodeFrame(JSON.stringify({ jsonrpc: "2.0", id, ...member }), MAX_FRAME),
        );
      }
    }
  });
  return requests;
}

const NO_TASK = { ok: true, task: null };

function breakOnce(reply: Record<string, unknown>): Answer {
  return (_args, count, stream) => {
    if (count > 1) return reply;
    stream.abort(new Error("broken"));
    return undefined;
  };
}

Deno.test("QueueClient shares one framed stream among queues, caches and calls", () =>
  withClient(async (fixture) => {
    const { client, protocols } = fixture;
    await serveFrames(fixture, () => ({ ...NO_TASK, hit: false }));
    const queues = [TARGET, { multiaddr: "/memory/peer/p2p/peer" }].map((target) =>
      client.queueOf(target)
    );
    await Promise.all(queues.flatMap((queue) => [queue.get("a"), queue.get("b")]));
    await client.cacheOf(TARGET).has("k");
    assert.deepEqual(protocols(), [FRAMED]);
  }));

Deno.test("QueueClient does nothing before it is asked", () =>
  withClient(({ client, opened }) => {
    const queue = client.queueOf({ multiaddr: "/memory/peer" });
    assert.equal(queue.peerId, "");
    assert.equal(client.cacheOf(TARGET).peerId, "peer");
    assert.deepEqual([...queue.missingOps], []);
    assert.deepEqual(opened, []);
    return Promise.resolve();
  }));

// docs/protocol.md, 1.2, 1.3
Deno.test("QueueClient speaks in lines with a peer that knows no frames, and remembers it", () =>
  withClient(async ({ client, clock, peer, group, protocols }) => {
    await serveSeedPeer(group, peer, { clock });
    await client.queueOf({ multiaddr: "/memory/peer" }).get("x");
    assert.deepEqual(protocols(), [FRAMED, LINE]);
    await client.queueOf({ multiaddr: "/memory/peer" }).get("x");
    await client.queueOf(TARGET).get("x");
    await client.queueOf({ multiaddr: "/memory/peer/p2p/peer" }).get("x");
    assert.deepEqual(protocols(), [LINE, LINE, LINE]);
    await clock.advance(300_000);
    await client.queueOf(TARGET).get("x");
    assert.deepEqual(protocols(), [FRAMED, LINE]);
  }));

Deno.test("QueueClient notices at once that a peer has learned the framed protocol", () =>
  withClient(async (fixture) => {
    const { client, clock, peer, protocols } = fixture;
    await runTaskGroup(async (group) => {
      await serveSeedPeer(group, peer, { clock });
      await client.queueOf(TARGET).get("x");
      group.cancel("it is updated");
    });
    await serveFrames(fixture, () => NO_TASK);
    protocols();
    await client.queueOf(TARGET).get("x");
    await client.queueOf(TARGET).get("x");
    assert.deepEqual(protocols(), [LINE, FRAMED]);
  }));

Deno.test("QueueClient refuses a peer that speaks in envelopes", () =>
  withClient(async ({ client, clock, peer, group, protocols }) => {
    await serveEnvelopePeer(group, peer, { clock });
    const queue = client.queueOf(TARGET);
    await assert.rejects(settle(queue.submit({ type: "text", payload: {} }), clock), (error) => {
      return error instanceof ProtocolUnsupportedError && error.peerId === "peer";
    });
    assert.deepEqual(protocols(), [FRAMED, LINE]);
  }));

// docs/protocol.md, 1.5
Deno.test("QueueClient sends a request to the peer it is for or to nobody", () =>
  withClient(async ({ client, clock, hub, peer, group, opened }) => {
    await using other = hub.open({ peerId: "other" });
    const service = await serveSeedPeer(group, other, { clock });
    await serveSeedPeer(group, peer, { clock });
    const target = { multiaddr: "/memory/other/p2p/gone" };
    const queue = client.queueOf(target);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => queue.submit({ type: "text", payload: {} }),
      () => queue.get("x"),
      () => queue.claim(CLAIM),
    ];
    for (const call of calls) await assert.rejects(settle(call(), clock), PeerUnreachableError);
    assert.deepEqual(service.requests, []);
    assert.ok(opened.every((stream) => stream.target === target));
    // It was tried, more than once.
    assert.ok(opened.length > calls.length);
  }));

Deno.test("QueueClient asks again on a new stream when one breaks", () =>
  withClient(async (fixture) => {
    const { client, clock, protocols } = fixture;
    const requests = await serveFrames(fixture, breakOnce(NO_TASK));
    assert.equal(await settle(client.queueOf(TARGET).get("x"), clock), undefined);
    assert.equal(requests.length, 2);
    assert.deepEqual(protocols(), [FRAMED, FRAMED]);
  }));

const ONCE_ONLY: Readonly<Record<string, (client: QueueClient) => Promise<unknown>>> = {
  claim: (client: QueueClient) => client.queueOf(TARGET).claim(CLAIM),
  "claim_many": (client: QueueClient) => client.queueOf(TARGET).claim({ ...CLAIM, limit: 2 }),
  release: (client: QueueClient) =>
    client.queueOf(TARGET).release({ taskId: "x", token: "t", reason: "" }),
  retry: (client: QueueClient) => client.queueOf(TARGET).retry({ taskId: "x" }),
  renew: (client: QueueClient) =>
    client.queueOf(TARGET).renew({
      taskId: "x",
      token: "t",
      logs: [{ stream: "stdout", message: "once" }],
    }),
  complete: (client: QueueClient) =>
    client.queueOf(TARGET).finish({
      taskId: "x",
      token: "",
      outcome: { status: "completed", result: {} },
    }),
};

for (const [op, call] of Object.entries(ONCE_ONLY)) {
  // docs/protocol.md, 5.4
  Deno.test(`QueueClient does not send a ${op} again that may have been read`, () =>
    withClient(async (fixture) => {
      const { client, clock } = fixture;
      const requests = await serveFrames(fixture, breakOnce({ ok: true, task: null }));
      await assert.rejects(settle(call(client), clock), (error) => {
        return error instanceof PeerProtocolError && error.violation === "closed";
      });
      assert.equal(requests.length, 1);
    }));
}

Deno.test("QueueClient claims again when the peer has not looked at the claim", () =>
  withClient(async (fixture) => {
    const { client, clock } = fixture;
    const requests = await serveFrames(fixture, (_args, count) => {
      return count < 3 ? { rpcCode: -32010, error: "rate_limited" } : NO_TASK;
    });
    assert.deepEqual(await settle(client.queueOf(TARGET).claim(CLAIM), clock), []);
    assert.equal(requests.length, 3);
  }));

// docs/protocol.md, 5.4
Deno.test("QueueClient submits again under the same key when the peer goes by it", () =>
  withClient(async (fixture) => {
    const { client, clock } = fixture;
    const requests = await serveFrames(fixture, (args, count, stream) => {
      if (args["op"] === "renew") return { ok: false, error: "missing_task_id" };
      if (count > 1) return { ok: true, "task_id": "abc", created: false };
      stream.abort(new Error("broken"));
      return undefined;
    });
    const submitting = client.queueOf(TARGET).submit({ type: "text", payload: {} });
    const submitted = await settle(submitting, clock);
    assert.deepEqual(submitted, { taskId: "abc", peerId: "peer", created: false });
    const [first, , second] = requests as Record<string, unknown>[];
    assert.deepEqual(second, first);
    assert.ok(first?.["idempotency_key"]);
  }));

Deno.test("QueueClient does not submit again when the peer does not go by keys", () =>
  withClient(async ({ client, clock, peer, group }) => {
    const service: PythonService = await serveSeedPeer(group, peer, { clock });
    const answer = service.answer.bind(service);
    service.answer = async (request, signal) => {
      const reply = await answer(request, signal);
      if (request["op"] === "submit") throw new Error("the reply is lost");
      return reply;
    };
    const submitting = client.queueOf(TARGET).submit({ type: "text", payload: {} });
    await assert.rejects(settle(submitting, clock), { code: "stream_reset" });
    assert.equal(service.queue.list("", [], 10).length, 1);
  }));

Deno.test("QueueClient submits again to a later Python peer if the caller gave a key", () =>
  withClient(async ({ client, clock, peer, group }) => {
    const { service } = await serveHeadPeer(group, peer, { clock });
    const answer = service.answer.bind(service);
    let submits = 0;
    service.answer = async (request, signal) => {
      const reply = await answer(request, signal);
      if (request["op"] === "submit" && ++submits === 1) throw new Error("the reply is lost");
      return reply;
    };
    const input = { type: "text", payload: {}, idempotencyKey: "k" };
    const { taskId } = await settle(client.queueOf(TARGET).submit(input), clock);
    assert.equal(submits, 2);
    assert.deepEqual(service.queue.list("", [], 10).map((task) => task["task_id"]), [taskId]);
  }));

Deno.test("QueueClient gives up after the time for the whole call", () =>
  withClient(async (fixture) => {
    const { client, clock } = fixture;
    await serveFrames(fixture, (_args, count, stream) => {
      if (count === 1) stream.abort(new Error("broken"));
      return undefined;
    });
    await assert.rejects(settle(client.queueOf(TARGET).get("x"), clock, 100), PeerTimeoutError);
    assert.equal(clock.monotonicMs(), 20_000);
  }));

Deno.test("QueueClient gives up when the signal says so, and tells why", () =>
  withClient(async (fixture) => {
    const { client, clock } = fixture;
    await serveFrames(fixture, () => undefined);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const calls = [
      client.queueOf(TARGET).wait({ taskId: "x" }, options),
      client.queueOf(TARGET).submitMany(
        [{ type: "text", payload: {} }, { type: "text", payload: {} }],
        options,
      ),
      client.cacheOf(TARGET).get("k", options),
    ];
    await clock.advance(1_000);
    controller.abort(new Error("gave up"));
    for (const call of calls) await assert.rejects(call, /gave up/);
  }));

Deno.test("QueueClient ends its requests when it is disposed", () =>
  withClient(async (fixture) => {
    const { clock, hub, group, peer } = fixture;
    await serveFrames(fixture, () => undefined);
    await using seed = hub.open({ peerId: "seed" });
    await serveSeedPeer(group, seed, { clock });
    await using network = hub.open({ peerId: "another" });
    const waits: Promise<unknown>[] = [];
    {
      await using client = createQueueClient({ network, clock });
      const service = client.queueOf({ peerId: "seed" });
      const { taskId } = await service.submit({ type: "text", payload: {} });
      for (const queue of [service, client.queueOf({ peerId: peer.peerId })]) {
        const waiting = queue.wait({ taskId });
        waiting.catch(() => {});
        waits.push(waiting);
      }
      await clock.advance(1_000);
    }
    for (const waiting of waits) {
      await assert.rejects(waiting, { code: "peer_protocol_error", violation: "closed" });
    }
  }));
