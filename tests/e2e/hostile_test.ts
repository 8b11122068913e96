import assert from "node:assert/strict";
import { systemClock } from "../../src/concurrency/mod.ts";
import { openLibp2pNetwork } from "../../src/network/libp2p/mod.ts";
import { type Network, PeerUnreachableError } from "../../src/network/mod.ts";
import { RPC_PROTOCOL } from "../../src/rpc/mod.ts";
import { createQueueClient, TASK_QUEUE_PROTOCOL, type TaskQueue } from "../../src/taskqueue/mod.ts";
import { openHeap, spawnInspected } from "./heap.ts";
import { HostilePeer } from "./hostile_peer.ts";
import { addressOf, callMcpp, type McppProcess, startMcpp } from "./mcpp_process.ts";
import { within } from "./within.ts";

const TOKEN = "hostile-token";
const PAUSE_MS = 50;
/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };

const encoder = new TextEncoder();
const HALF_A_FRAME = Uint8Array.of(0, 1, 0, 0, 0x7b);
const NO_JSON = Uint8Array.of(0, 0, 0, 1, 0x7b);

/** A node that is attacked, and somebody who only wants to use it. */
class Scene implements AsyncDisposable {
  readonly node: McppProcess;
  readonly queue: TaskQueue;
  readonly #resources: AsyncDisposableStack;

  static async open(args: readonly string[] = []): Promise<Scene> {
    await using opening = new AsyncDisposableStack();
    const node = opening.use(
      await startMcpp({
        env: { MCPP_TOKEN: TOKEN },
        args: ["--no-worker", "--no-mdns", "--announce-file", "off", ...args],
        spawn: spawnInspected,
      }),
    );
    const network = opening.use(await openLibp2pNetwork());
    const client = opening.use(createQueueClient({ network, token: TOKEN }));
    const queue = client.queueOf({ multiaddr: addressOf(node) });
    return new Scene(node, queue, opening.move());
  }

  private constructor(node: McppProcess, queue: TaskQueue, resources: AsyncDisposableStack) {
    this.node = node;
    this.queue = queue;
    this.#resources = resources;
  }

  /** Use the node, as somebody does who knows of no attack. */
  async useQueue(): Promise<void> {
    const { taskId } = await within("a submit", this.queue.submit({ type: "x", payload: {} }));
    const task = await within("a get", this.queue.get(taskId));
    assert.equal(task?.status, "queued");
  }

  /** How often the node has refused somebody something, by reason. */
  async refusals(): Promise<Readonly<Record<string, number>>> {
    const response = await fetch(new URL("/metrics", this.node.ready.url));
    const lines = (await response.text()).matchAll(/^mcpp_refusals_total{reason="(.*)"} (\d+)$/gm);
    return Object.fromEntries(Array.from(lines, ([, reason, count]) => [reason, Number(count)]));
  }

  /** Refusals are counted when the node sees them. */
  async untilRefused(reason: string): Promise<void> {
    const wait = async (): Promise<void> => {
      while ((await this.refusals())[reason] === undefined) await systemClock.sleep(PAUSE_MS);
    };
    await within(reason, wait());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

/** The node notices a little later that there is a place again. */
async function untilConnected(network: Network, node: McppProcess): Promise<void> {
  for (;;) {
    try {
      await network.connect({ multiaddr: addressOf(node) });
      return;
    } catch (error) {
      if (!(error instanceof PeerUnreachableError)) throw error;
      await systemClock.sleep(PAUSE_MS);
    }
  }
}

function toLine(request: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(request)}\n`);
}

Deno.test(
  "a peer that floods a node with streams is cut off, and others are served",
  realNode,
  async () => {
    await using scene = await Scene.open();
    await using mallory = await HostilePeer.connect(scene.node);
    const flood = async (): Promise<void> => {
      await mallory.untilCutOff(() =>
        Promise.all(Array.from({ length: 20 }, () => mallory.begin(RPC_PROTOCOL, HALF_A_FRAME)))
      );
    };
    const use = async (): Promise<void> => {
      for (let count = 0; count < 10; count++) await scene.useQueue();
    };
    await Promise.all([within("the cut", flood()), use()]);
    await scene.untilRefused("banned");
    assert.ok(((await scene.refusals())["too_many_streams"] ?? 0) > 100);
    assert.equal(await mallory.canConnect(), false);
    await scene.useQueue();
    assert.match(scene.node.stderr.text, new RegExp(`Peer is banned.*${mallory.peerId}`));
  },
);

Deno.test("a peer that never ends what it begins is cut off", realNode, async () => {
  await using scene = await Scene.open();
  await using mallory = await HostilePeer.connect(scene.node);
  const slow = Array.from({ length: 30 }, () => mallory.begin(RPC_PROTOCOL, HALF_A_FRAME));
  await Promise.all(slow);
  await scene.useQueue();
  await within("the cut", mallory.untilCutOff(() => systemClock.sleep(PAUSE_MS)));
  assert.equal(await mallory.canConnect(), false);
  await scene.useQueue();
});

Deno.test("a peer that sends nonsense is cut off", realNode, async () => {
  await using scene = await Scene.open();
  for (const [protocol, bytes] of [[RPC_PROTOCOL, NO_JSON], [TASK_QUEUE_PROTOCOL, toLine("x")]]) {
    await using mallory = await HostilePeer.connect(scene.node);
    const send = (): Promise<unknown> => mallory.begin(protocol as string, bytes as Uint8Array);
    const count = await within("the cut", mallory.untilCutOff(send));
    assert.ok(count >= 10, `cut off after ${count}`);
  }
  await scene.useQueue();
});

Deno.test(
  "a peer that asks for what it may not have is told so, and cut off if it does not stop",
  realNode,
  async () => {
    await using scene = await Scene.open();
    await using mallory = await HostilePeer.connect(scene.node);
    const request = toLine({ op: "list", token: "guess" });
    const ask = async (): Promise<void> => {
      await Promise.all(
        Array.from({ length: 20 }, () => mallory.begin(TASK_QUEUE_PROTOCOL, request)),
      );
    };
    await within("the cut", mallory.untilCutOff(ask));
    assert.ok(((await scene.refusals())["bad_token"] ?? 0) >= 100);
    await scene.useQueue();
  },
);

Deno.test("a peer that says it is somebody else gets nothing for it", realNode, async () => {
  const friend = "12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";
  await using scene = await Scene.open(["--allow-peer", friend]);
  await using network = await openLibp2pNetwork();
  const lies = {
    "peer_id": friend,
    sender: friend,
    from: friend,
    peer: friend,
    "worker_id": friend,
  };
  for (const op of ["submit", "claim", "heartbeat", "status", "list"]) {
    const stream = await network.openStream(
      { multiaddr: addressOf(scene.node) },
      TASK_QUEUE_PROTOCOL,
    );
    await stream.write(toLine({ op, "task_type": "x", payload: {}, ...lies }));
    const reply = JSON.parse(new TextDecoder().decode(await stream.read() ?? undefined));
    assert.deepEqual([reply.ok, reply.error], [false, "unauthorized"], op);
    await stream.close();
  }
  assert.equal((await scene.queue.counts()).total.queued, 0);
});

Deno.test("a peer that announces a thousand addresses is not believed", realNode, async () => {
  await using scene = await Scene.open();
  const addresses = Array.from(
    { length: 1_000 },
    (_, index) => `/ip4/10.1.${index >> 8}.${index & 0xff}/tcp/9`,
  );
  await using _thousand = await HostilePeer.connect(scene.node, addresses);
  await using _fewer = await HostilePeer.connect(scene.node, addresses.slice(0, 250));
  await scene.untilRefused("too_many_addresses");
  const { peers } = await callMcpp(scene.node, "list_peers", { discover: false });
  assert.deepEqual(
    peers.flatMap(({ multiaddrs }: { multiaddrs?: string[] }) => multiaddrs ?? []),
    [],
  );
  await scene.useQueue();
});

Deno.test("a peer that replays what was said changes nothing", realNode, async () => {
  await using scene = await Scene.open();
  await using mallory = await HostilePeer.connect(scene.node);
  const submit = toLine({
    ...{ op: "submit", "task_type": "x", payload: {}, "idempotency_key": "once" },
    token: TOKEN,
  });
  for (let count = 0; count < 50; count++) await mallory.begin(TASK_QUEUE_PROTOCOL, submit);
  await scene.useQueue();
  assert.equal((await scene.queue.counts()).total.queued, 2);
  const [task] = await scene.queue.claim({ worker: "honest", types: ["x"] });
  const lease = task?.lease;
  assert.ok(task !== undefined && lease);
  const report = toLine({
    ...{ op: "complete", "task_id": task.id, "lease_token": lease.token, status: "completed" },
    ...{ result: { by: "honest" }, token: TOKEN },
  });
  const forged = new TextDecoder().decode(report).replace('"honest"', '"mallory"');
  await mallory.begin(TASK_QUEUE_PROTOCOL, report);
  await scene.useQueue();
  for (let count = 0; count < 20; count++) {
    await mallory.begin(TASK_QUEUE_PROTOCOL, encoder.encode(forged));
  }
  await scene.useQueue();
  assert.deepEqual((await scene.queue.get(task.id))?.result, { by: "honest" });
});

Deno.test("a node that many peers attack keeps nothing of it", realNode, async () => {
  await using scene = await Scene.open();
  using heap = await openHeap(scene.node);
  const attack = async (): Promise<void> => {
    await using mallory = await HostilePeer.connect(scene.node);
    const large = new Uint8Array(64 * 1024).fill(0x20);
    large.set([0, 15, 0, 0]);
    const streams = Array.from({ length: 40 }, () => mallory.begin(RPC_PROTOCOL, large));
    await Promise.all(streams);
    for (let count = 0; count < 15; count++) await mallory.begin(RPC_PROTOCOL, NO_JSON);
    for (let count = 0; count < 20; count++) await mallory.begin("/unknown/1", NO_JSON);
  };
  const attackBy = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      await attack();
      await scene.useQueue();
    }
  };
  await attackBy(25);
  const halfWayMib = await heap.usedMib();
  await attackBy(25);
  const grownMib = await heap.usedMib() - halfWayMib;
  assert.ok(grownMib < 8, `grew by ${grownMib} MiB in the second half`);
  assert.ok(((await scene.refusals())["banned"] ?? 0) > 0);
  await scene.useQueue();
});

Deno.test(
  "a host that connects and says nothing is kept out, and others are served",
  realNode,
  async () => {
    await using scene = await Scene.open();
    await scene.useQueue();
    const [, , host = "", , port] = addressOf(scene.node).split("/");
    const connect = (): Promise<Deno.TcpConn> =>
      Deno.connect({ hostname: host, port: Number(port) });
    const silent = await Promise.all(Array.from({ length: 150 }, connect));
    await scene.untilRefused("too_many_pending");
    await scene.useQueue();
    for (const socket of silent) socket.close();
    await using late = await openLibp2pNetwork();
    await within("a place", untilConnected(late, scene.node));
  },
);
