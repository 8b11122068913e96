import assert from "node:assert/strict";
import { peerIdFromString } from "@libp2p/peer-id";
import { runTaskGroup, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import { concatBytes, ProtobufWriter } from "../../../../../src/codec/mod.ts";
import { encodeVarint } from "../../../../../src/codec/varint.ts";
import { openLibp2pNetwork } from "../../../../../src/network/libp2p/mod.ts";
import type { Network, Refusal, Stream } from "../../../../../src/network/mod.ts";
import { createPeerId } from "../../discovery/create_peer_id.ts";
import { lookUntil, openKadNode } from "./kad_world.ts";
import { until } from "../until.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const PROTOCOL = "/mcpp/kad/1.0.0";
const GET_VALUE = 1;

Deno.test("createKad lets real nodes find each other by their records", realNode, async () => {
  await using root = await openKadNode();
  const bootstrap = root.network.multiaddrs();
  await using alice = await openKadNode({ bootstrap });
  await using bob = await openKadNode({ bootstrap });
  const found = await lookUntil(bob, ({ length }) => length === 2);
  const peer = found.find(({ peerId }) => peerId === alice.network.peerId);
  assert.deepEqual(peer?.multiaddrs, alice.network.multiaddrs());
  assert.ok(Math.abs(Date.now() - (peer?.lastSeenMs ?? 0)) < 60_000);
  await lookUntil(root, ({ length }) => length === 2);
});

Deno.test("createKad finds nobody of another namespace", realNode, async () => {
  await using root = await openKadNode();
  const bootstrap = root.network.multiaddrs();
  await using _other = await openKadNode({ bootstrap, namespace: "others" });
  await using alice = await openKadNode({ bootstrap });
  const found = await lookUntil(alice, ({ length }) => length > 0);
  assert.deepEqual(found.map(({ peerId }) => peerId), [root.network.peerId]);
});

// docs/protocol.md, 8.1
Deno.test("createKad finds others for a node that cannot be dialled", realNode, async () => {
  await using root = await openKadNode();
  const bootstrap = root.network.multiaddrs();
  await using client = await openKadNode({
    bootstrap,
    isListening: false,
    kad: { isClient: true },
  });
  await using alice = await openKadNode({ bootstrap });
  await lookUntil(client, ({ length }) => length === 2);
  const found = await lookUntil(alice, ({ length }) => length > 0);
  assert.deepEqual(found.map(({ peerId }) => peerId), [root.network.peerId]);
});

Deno.test("createKad tells the table when a node goes", realNode, async () => {
  await using root = await openKadNode();
  const bootstrap = root.network.multiaddrs();
  const alice = await openKadNode({ bootstrap });
  const { peerId } = alice.network;
  await lookUntil(root, ({ length }) => length === 1);
  await lookUntil(alice, ({ length }) => length === 1);
  await alice[Symbol.asyncDispose]();
  const [answer] = await Array.fromAsync(
    root.dht.getRecords([peerId], root.network.peerId, AbortSignal.timeout(5_000)),
  );
  const record = await root.records.open(answer?.record ?? new Uint8Array(0));
  assert.deepEqual(record.multiaddrs, []);
});

Deno.test("createKad reports a table in which nobody answers", realNode, async () => {
  await using root = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
  await runTaskGroup(async (group) => {
    await serveTable(group, root, () => undefined);
    await using alice = await openKadNode({ bootstrap: root.multiaddrs() });
    await until(() => alice.dht.size === 1);
    const [report] = await alice.network.discover({ methods: ["dht"], timeoutMs: 20_000 });
    assert.equal(report?.ok, false);
    assert.match(report?.reason ?? "", /nobody in it has answered/);
    group.cancel();
  });
});

Deno.test(
  "createKad finds the honest peer among a thousand that a node invents",
  realNode,
  async () => {
    await using mallory = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
    await using alice = await openKadNode();
    await runTaskGroup(async (group) => {
      const invented = Array.from({ length: 1_000 }, (_, seed) => createPeerId(seed + 100));
      await serveTable(group, mallory, (request) => createAnswer(request, invented));
      const bootstrap = [...alice.network.multiaddrs(), ...mallory.multiaddrs()];
      await using bob = await openKadNode({ bootstrap });
      await until(() => bob.dht.size === 2);
      await lookUntil(alice, ({ length }) => length > 0);
      const found = await lookUntil(bob, ({ length }) => length > 0);
      assert.deepEqual(found.map(({ peerId }) => peerId), [alice.network.peerId]);
      group.cancel();
    });
  },
);

Deno.test("createKad reads no endless answer", realNode, async () => {
  await using mallory = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
  await runTaskGroup(async (group) => {
    const sent = { bytes: 0 };
    await mallory.handle(group, PROTOCOL, async (stream, signal) => {
      await stream.read({ signal });
      await stream.write(encodeVarint(4_000_000), { signal });
      for (;; sent.bytes += 16_384) await stream.write(new Uint8Array(16_384), { signal });
    });
    await using bob = await openKadNode({ bootstrap: mallory.multiaddrs() });
    await until(() => bob.dht.size === 1);
    const [report] = await bob.network.discover({ methods: ["dht"], timeoutMs: 20_000 });
    assert.equal(report?.ok, false);
    assert.ok(sent.bytes < 3_000_000, `${sent.bytes} bytes were read`);
    group.cancel();
  });
});

Deno.test(
  "createKad only asks in the public table",
  realNode,
  async () => {
    await using root = await openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/tcp/0"] });
    await using alice = await openKadNode({
      bootstrap: root.multiaddrs(),
      kad: { kind: "public" },
    });
    assert.equal(alice.dht.keepsRecords, false);
    const [address = ""] = alice.network.multiaddrs();
    await assert.rejects(root.openStream({ multiaddr: address }, "/ipfs/kad/1.0.0"), {
      code: "protocol_unsupported",
    });
  },
);

/** A node of the table that answers as it likes; `undefined` ends the stream. */
async function serveTable(
  group: TaskGroup,
  network: Network,
  answer: (request: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  await network.handle(group, PROTOCOL, async (stream: Stream, signal) => {
    for (;;) {
      const request = await stream.read({ signal });
      const reply = request === null ? undefined : answer(request);
      if (reply === undefined) return;
      await stream.write(concatBytes([encodeVarint(reply.length), reply]), { signal });
    }
  });
}

/** What kind the request is of is in its third byte. Records there are none. */
function createAnswer(request: Uint8Array, peerIds: readonly string[]): Uint8Array | undefined {
  if (request[2] === GET_VALUE) return undefined;
  const writer = new ProtobufWriter().number(1, request[2]);
  for (const peerId of peerIds) {
    const id = peerIdFromString(peerId).toMultihash().bytes;
    writer.message(9, new ProtobufWriter().bytes(1, id));
  }
  return writer.finish();
}

// docs/protocol.md, 8.5
Deno.test("createKad tells of a peer that asks more than it may", realNode, async () => {
  const refusals: Refusal[] = [];
  await using network = await openLibp2pNetwork({
    listen: ["/ip4/127.0.0.1/tcp/0"],
    kad: {},
    onRefusal: (refusal) => void refusals.push(refusal),
  });
  await using mallory = await openLibp2pNetwork({ listen: [] });
  const [multiaddr = ""] = network.multiaddrs();
  const stream = await mallory.openStream({ multiaddr }, PROTOCOL);
  // Each byte is the length of an empty question.
  await stream.write(new Uint8Array(500));
  await until(() => refusals.length > 0);
  const { peerId } = mallory;
  assert.deepEqual(refusals, [{ peerId, reason: "too_many_questions", subject: "connection" }]);
});
