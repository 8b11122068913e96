import assert from "node:assert/strict";
import { runTaskGroup, systemClock, type TaskGroup } from "../../../../../src/concurrency/mod.ts";
import {
  createIdentity,
  type Libp2pNetworkOptions,
  openLibp2pNetwork,
} from "../../../../../src/network/libp2p/mod.ts";
import type { DiscoveryMethod, Network, Stream } from "../../../../../src/network/mod.ts";
import { until } from "../until.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const LOOPBACK = "/ip4/127.0.0.1/tcp/0";
const PROTOCOL = "/test/echo/1.0.0";

function open(options: Libp2pNetworkOptions): Promise<Network> {
  return openLibp2pNetwork({ listen: [LOOPBACK], reach: {}, ...options });
}

function addressOf(network: Network): string {
  const [address] = network.multiaddrs();
  assert.ok(address !== undefined);
  return address;
}

function relayedAddressOf(network: Network): Promise<string> {
  const find = () => network.multiaddrs().find((address) => address.includes("/p2p-circuit"));
  return until(find);
}

async function serveEcho(group: TaskGroup, network: Network): Promise<void> {
  await network.handle(group, PROTOCOL, async (stream) => {
    for (let chunk; (chunk = await stream.read()) !== null;) await stream.write(chunk);
  });
}

async function askFor(stream: Stream, text: string): Promise<string> {
  await stream.write(new TextEncoder().encode(text));
  return new TextDecoder().decode(await stream.read() ?? undefined);
}

/** A way to find one peer. */
function finds(peerId: string, multiaddrs: readonly string[]): DiscoveryMethod {
  return {
    ...{ name: "test", reach: "wide", intervalMs: 60_000, budgetMs: 1_000 },
    look: (context) => {
      context.found({ peerId, multiaddrs, ttlMs: 60_000 });
      return Promise.resolve();
    },
  };
}

Deno.test(
  "Reach lets a stream go through a relay at which the peer holds a place",
  realNode,
  async () => {
    await using relay = await open({ reach: { relayServer: {} } });
    const relays = [addressOf(relay)];
    const reach = { relays, holePunch: false };
    await using bob = await open({ reach, bootstrap: relays });
    await using alice = await open({ listen: [], reach });
    const multiaddr = await relayedAddressOf(bob);
    assert.equal(multiaddr, `${addressOf(relay)}/p2p-circuit/p2p/${bob.peerId}`);
    await runTaskGroup(async (group) => {
      await serveEcho(group, bob);
      const stream = await alice.openStream({ multiaddr }, PROTOCOL);
      assert.equal(stream.remotePeerId, bob.peerId);
      assert.equal(await askFor(stream, "hello"), "hello");
      const connection = alice.connections().find(({ peerId }) => peerId === bob.peerId);
      assert.equal(connection?.isRelayed, true);
      assert.equal(stream.isOutdated, false);
      await stream.close();
      group.cancel();
    });
  },
);

Deno.test(
  "Reach makes a relayed connection a direct one, and lets the old streams end",
  realNode,
  async () => {
    await using relay = await open({ reach: { relayServer: {} } });
    const relays = [addressOf(relay)];
    await using bob = await open({ reach: { relays }, bootstrap: relays });
    await using alice = await open({ listen: [] });
    const multiaddr = await relayedAddressOf(bob);
    await runTaskGroup(async (group) => {
      await serveEcho(group, bob);
      const first = await alice.openStream({ multiaddr }, PROTOCOL);
      await until(() => first.isOutdated);
      assert.equal(await askFor(first, "still there"), "still there");
      const second = await alice.openStream({ multiaddr }, PROTOCOL);
      assert.equal(second.isOutdated, false);
      await first.close();
      const isRelayed = () => alice.connections().some((each) => each.isRelayed);
      await until(() => !isRelayed());
      assert.equal(await askFor(second, "direct"), "direct");
      await second.close();
      group.cancel();
    });
  },
);

Deno.test("Reach takes its place again when the relay comes back", realNode, async () => {
  const identity = await createIdentity();
  const options = { identity, reach: { relayServer: {} } };
  const first = await open(options);
  const relays = [addressOf(first)];
  const listen = relays.map((address) => address.replace(/\/p2p\/.*/, ""));
  await using bob = await open({ reach: { relays }, bootstrap: relays });
  const isRelayed = () => bob.multiaddrs().some((address) => address.includes("/p2p-circuit"));
  await until(isRelayed);
  await first[Symbol.asyncDispose]();
  await until(() => !isRelayed());
  await using _second = await open({ ...options, listen });
  await until(isRelayed);
});

Deno.test("Reach lets nobody through a relay who does not want it", realNode, async () => {
  await using relay = await open({ reach: { relayServer: {} } });
  const relays = [addressOf(relay)];
  await using bob = await open({ reach: { relays }, bootstrap: relays });
  await using alice = await open({ listen: [], reach: { relayed: false } });
  const multiaddr = await relayedAddressOf(bob);
  await assert.rejects(alice.connect({ multiaddr }), { code: "peer_unreachable" });
  const { status, addresses } = bob.reachability();
  assert.equal(status, "unknown");
  assert.deepEqual(addresses.map(({ kind, isVerified }) => [kind, isVerified]), [
    ["relay", true],
    ["listen", false],
  ]);
});

Deno.test(
  "Reach is refused by a relay that is full, and has no address there",
  realNode,
  async () => {
    await using relay = await open({ reach: { relayServer: { maxReservations: 1 } } });
    const relays = [addressOf(relay)];
    await using bob = await open({ reach: { relays }, bootstrap: relays });
    await relayedAddressOf(bob);
    await using carol = await open({ reach: { relays }, bootstrap: relays });
    await until(() => carol.connections().length > 0);
    const multiaddr = `${addressOf(relay)}/p2p-circuit/p2p/${carol.peerId}`;
    await assert.rejects(bob.connect({ multiaddr }), { code: "peer_unreachable" });
    assert.ok(!carol.multiaddrs().some((address) => address.includes("/p2p-circuit")));
  },
);

Deno.test(
  "openLibp2pNetwork dials a peer directly, and through a relay only if that fails",
  realNode,
  async () => {
    await using relay = await open({ reach: { relayServer: {} } });
    const relays = [addressOf(relay)];
    const reach = { relays, holePunch: false };
    await using bob = await open({ reach, bootstrap: relays });
    const relayed = await relayedAddressOf(bob);
    const direct = addressOf(bob);
    const dead = direct.replace(/\/tcp\/\d+/, "/tcp/1");
    for (
      const [addresses, isRelayed] of [[[relayed, direct], false], [[relayed, dead], true]] as const
    ) {
      await using alice = await open({
        listen: [],
        reach,
        methods: () => [finds(bob.peerId, addresses)],
      });
      await until(() => alice.discoveredPeers().length > 0);
      const connection = await alice.connect({ peerId: bob.peerId });
      assert.equal(connection.isRelayed, isRelayed, connection.multiaddr);
    }
  },
);

Deno.test("openLibp2pNetwork refuses addresses to announce and relays that are none", async () => {
  for (const reach of [{ announce: ["/ip4/1.2.3/tcp/1"] }, { relays: ["/here/there"] }]) {
    await assert.rejects(openLibp2pNetwork({ reach }), { code: "invalid_multiaddr" });
  }
});

Deno.test("openLibp2pNetwork listens for both families on one port", realNode, async () => {
  await using alice = await open({ listen: ["/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/0"] });
  const port = /\/tcp\/(\d+)\//.exec(addressOf(alice))?.[1];
  for (const host of ["/ip4/127.0.0.1", "/ip6/::1"]) {
    const multiaddr = `${host}/tcp/${port}/p2p/${alice.peerId}`;
    if (host.startsWith("/ip6/") && !alice.multiaddrs().includes(multiaddr)) continue;
    await using bob = await open({ listen: [] });
    await bob.connect({ multiaddr });
    const seen = alice.connections().find(({ peerId }) => peerId === bob.peerId);
    assert.ok(seen?.multiaddr.startsWith(`${host}/tcp/`), `seen at ${seen?.multiaddr}`);
  }
});

Deno.test(
  "Reach does not hold on to a relay from which somebody disconnects the node",
  realNode,
  async () => {
    await using relay = await open({ reach: { relayServer: {} } });
    const relays = [addressOf(relay)];
    await using bob = await open({ reach: { relays }, bootstrap: relays });
    await relayedAddressOf(bob);
    assert.equal(await bob.disconnect(relay.peerId), true);
    await until(() => !bob.multiaddrs().some((address) => address.includes("/p2p-circuit")));
    // Nothing tells that libp2p would not call back; it would do so within some milliseconds.
    await systemClock.sleep(500);
    assert.deepEqual(bob.connections(), []);
    assert.deepEqual(relay.connections(), []);
  },
);
