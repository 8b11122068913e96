import assert from "node:assert/strict";
import { runTaskGroup } from "../../../../src/concurrency/mod.ts";
import { PeerUnreachableError, StreamResetError } from "../../../../src/network/mod.ts";
import { MemoryHub } from "../../../../src/network/memory/mod.ts";
import { FakeLogger } from "../fake_logger.ts";
import { type NetworkFixture, testNetwork } from "../network_conformance.ts";

function openFixture(): Promise<NetworkFixture> {
  const hub = new MemoryHub();
  const alice = hub.open({ peerId: "alice" });
  const bob = hub.open({ peerId: "bob" });
  const carol = hub.open({ peerId: "carol" });
  hub.setReachability("carol", "stalled");
  return Promise.resolve({
    alice,
    bob,
    deadMultiaddr: "/memory/dead/p2p/dead",
    stalledMultiaddr: "/memory/carol/p2p/carol",
    strangerPeerId: "stranger",
    async [Symbol.asyncDispose](): Promise<void> {
      for (const node of [alice, bob, carol]) await node[Symbol.asyncDispose]();
    },
  });
}

testNetwork("MemoryHub", { openFixture });

Deno.test("MemoryHub lets every node discover every other one", async () => {
  const hub = new MemoryHub();
  await using alice = hub.open({ peerId: "alice" });
  const bob = hub.open({ peerId: "bob" });
  assert.deepEqual(alice.discoveredPeers().map(({ peerId }) => peerId), ["bob"]);
  assert.deepEqual(alice.discoveredPeers()[0]?.multiaddrs, bob.multiaddrs());
  await bob[Symbol.asyncDispose]();
  assert.deepEqual(alice.discoveredPeers(), []);
});

Deno.test("MemoryHub refuses two nodes with one id", async () => {
  const hub = new MemoryHub();
  await using alice = hub.open({ peerId: "alice" });
  assert.throws(() => hub.open({ peerId: alice.peerId }), TypeError);
});

Deno.test("MemoryHub lets a node be out of reach for a while", async () => {
  const hub = new MemoryHub();
  await using alice = hub.open({ peerId: "alice" });
  await using bob = hub.open({ peerId: "bob" });
  await runTaskGroup(async (group) => {
    await bob.handle(group, "/test/1", () => Promise.resolve());
    hub.setReachability("bob", "unreachable");
    await assert.rejects(alice.openStream({ peerId: "bob" }, "/test/1"), PeerUnreachableError);
    hub.setReachability("bob", "reachable");
    await (await alice.openStream({ peerId: "bob" }, "/test/1")).close();
    group.cancel();
  });
});

Deno.test("Network.handle warns of failures of a handler, not of peers that go away", async () => {
  const hub = new MemoryHub();
  const logger = new FakeLogger();
  await using alice = hub.open({ peerId: "alice" });
  await using bob = hub.open({ peerId: "bob", logger });
  await runTaskGroup(async (group) => {
    await bob.handle(group, "/test/1", async (stream) => {
      if (await stream.read() !== null) throw new Error("a defect");
    });
    const failing = await alice.openStream({ peerId: "bob" }, "/test/1");
    await failing.write(new Uint8Array(1));
    await assert.rejects(failing.read(), StreamResetError);
    (await alice.openStream({ peerId: "bob" }, "/test/1")).abort(new Error("bye"));
    await alice.openStream({ peerId: "bob" }, "/test/1");
    await new Promise((resolve) => setTimeout(resolve, 0));
    group.cancel();
  });
  assert.deepEqual(logger.lines.map(([level, message]) => [level, message]), [
    ["warn", "Stream handler failed"],
    ["debug", "Inbound stream ended early"],
    ["debug", "Inbound stream ended early"],
  ]);
  const [, , fields] = logger.lines[0] ?? assert.fail();
  assert.equal(fields.peerId, "alice");
  assert.match(String(fields.error), /a defect/);
});
