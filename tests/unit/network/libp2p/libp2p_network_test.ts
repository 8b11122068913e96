import assert from "node:assert/strict";
import type { Stream as RawStream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { connect, createServer, type Server, type Socket } from "node:net";
import { FakeClock, runTaskGroup, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { createIdentity, openLibp2pNetwork } from "../../../../src/network/libp2p/mod.ts";
import {
  type DiscoveryMethod,
  InvalidMultiaddrError,
  ListenError,
  type Network,
  ProtocolUnsupportedError,
  StreamResetError,
} from "../../../../src/network/mod.ts";
import { type NetworkFixture, testNetwork } from "../network_conformance.ts";
import { withDirectory } from "../with_directory.ts";
import { until } from "./until.ts";

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };
const LOOPBACK = "/ip4/127.0.0.1/tcp/0";
/** A valid id whose key nobody here has. */
const STRANGER = "12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";
const PROTOCOL = "/test/greet/1.0.0";

async function openFixture(): Promise<NetworkFixture> {
  await using stack = new AsyncDisposableStack();
  const alice = stack.use(await openLibp2pNetwork({ listen: [LOOPBACK] }));
  const bob = stack.use(await openLibp2pNetwork({ listen: [LOOPBACK] }));
  const deaf = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  stack.defer(() => deaf.close());
  const resources = stack.move();
  return {
    alice,
    bob,
    deadMultiaddr: `/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}`,
    stalledMultiaddr: `/ip4/127.0.0.1/tcp/${deaf.addr.port}/p2p/${STRANGER}`,
    strangerPeerId: STRANGER,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

testNetwork("openLibp2pNetwork", { openFixture, test: realNode });

Deno.test("openLibp2pNetwork reports where it listens", realNode, async () => {
  await using network = await openLibp2pNetwork({ listen: [LOOPBACK] });
  const [address, ...others] = network.multiaddrs();
  assert.match(address ?? "", /^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d*\/p2p\/12D3KooW\w+$/);
  assert.ok(address?.endsWith(network.peerId));
  assert.deepEqual(others, []);
});

Deno.test(
  "openLibp2pNetwork names the address and the way out if the port is in use",
  realNode,
  async () => {
    await using network = await openLibp2pNetwork({ listen: [LOOPBACK] });
    const taken = multiaddrOf(network).replace(/\/p2p\/.*/, "");
    await assert.rejects(openLibp2pNetwork({ listen: [taken] }), (error) => {
      assert.ok(error instanceof ListenError, String(error));
      assert.equal(error.code, "p2p_listen_failed");
      assert.equal(
        error.message,
        `Cannot listen for peers as the port is in use: address "${taken}"`,
      );
      assert.match(error.hint ?? "", /another port/);
      return true;
    });
  },
);

Deno.test("openLibp2pNetwork refuses what is no address, before anything is opened", async () => {
  for (const options of [{ listen: ["localhost:1"] }, { bootstrap: ["/ip4/1.2.3/tcp/1"] }]) {
    await assert.rejects(openLibp2pNetwork(options), InvalidMultiaddrError);
  }
});

Deno.test("openLibp2pNetwork listens on TCP only", realNode, async () => {
  await assert.rejects(openLibp2pNetwork({ listen: ["/ip4/127.0.0.1/udp/0"] }), (error) => {
    assert.ok(error instanceof ListenError);
    assert.match(error.message, /it is not a TCP address/);
    return true;
  });
});

Deno.test("openLibp2pNetwork opens a stream to a peer that has dialled it", realNode, async () => {
  await using worker = await openLibp2pNetwork({ listen: [] });
  await using queue = await openLibp2pNetwork({ listen: [LOOPBACK] });
  await runTaskGroup(async (group) => {
    for (const node of [worker, queue]) {
      await node.handle(group, PROTOCOL, (stream) => stream.write(new TextEncoder().encode("hi")));
    }
    await (await worker.openStream({ multiaddr: multiaddrOf(queue) }, PROTOCOL)).close();
    // The worker has no address: only its own connection leads to it.
    const stream = await queue.openStream({ peerId: worker.peerId }, PROTOCOL);
    assert.equal(new TextDecoder().decode(await stream.read() ?? undefined), "hi");
    await stream.close();
    group.cancel();
  });
});

Deno.test(
  "openLibp2pNetwork tells a lost connection from the end of a stream",
  realNode,
  async () => {
    await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
    await using proxy = await openProxy(portOf(multiaddrOf(bob)));
    await using alice = await openLibp2pNetwork();
    await runTaskGroup(async (group) => {
      await bob.handle(group, PROTOCOL, async (stream, signal) => {
        await stream.write(new TextEncoder().encode("half an ans"));
        await stream.read({ signal });
      });
      const multiaddr = `/ip4/127.0.0.1/tcp/${proxy.port}/p2p/${bob.peerId}`;
      const stream = await alice.openStream({ multiaddr }, PROTOCOL);
      await stream.read();
      proxy.cut();
      await assert.rejects(stream.read(), StreamResetError);
      // The next stream finds its way over a new connection.
      const again = await alice.openStream({ multiaddr }, PROTOCOL);
      assert.equal((await again.read())?.length, 11);
      await again.close();
      group.cancel();
    });
  },
);

Deno.test("openLibp2pNetwork uses one connection for many streams", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  await using proxy = await openProxy(portOf(multiaddrOf(bob)));
  await using alice = await openLibp2pNetwork();
  await runTaskGroup(async (group) => {
    await bob.handle(group, PROTOCOL, (stream) => stream.write(new Uint8Array(1)));
    const location = `/ip4/127.0.0.1/tcp/${proxy.port}`;
    for (const multiaddr of [location, `${location}/p2p/${bob.peerId}`]) {
      await Promise.all(Array.from({ length: 20 }, async () => {
        await (await alice.openStream({ multiaddr }, PROTOCOL)).close();
      }));
    }
    assert.equal(proxy.connections(), 1);
    group.cancel();
  });
});

Deno.test(
  "openLibp2pNetwork does not overrun a node with libp2p's own settings",
  realNode,
  async () => {
    const foreign = await createLibp2p({
      addresses: { listen: [LOOPBACK] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
    });
    try {
      const greet = (stream: RawStream): Promise<void> => {
        stream.send(new Uint8Array(1));
        return stream.close();
      };
      await foreign.handle(PROTOCOL, greet, { maxInboundStreams: 100 });
      await using alice = await openLibp2pNetwork();
      const multiaddr = foreign.getMultiaddrs()[0]?.toString() ?? "";
      await Promise.all(Array.from({ length: 100 }, async () => {
        const stream = await alice.openStream({ multiaddr }, PROTOCOL);
        assert.equal((await stream.read())?.length, 1);
        assert.equal(await stream.read(), null);
        await stream.close();
      }));
    } finally {
      await foreign.stop();
    }
  },
);

Deno.test("openLibp2pNetwork stays connected to its bootstrap peers", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  const bootstrap = [`/ip4/127.0.0.1/tcp/1/p2p/${STRANGER}`, multiaddrOf(bob)];
  await using alice = await openLibp2pNetwork({ bootstrap });
  await until(() => alice.discoveredPeers().length > 0);
  const [peer, ...others] = alice.discoveredPeers();
  assert.equal(peer?.peerId, bob.peerId);
  assert.equal(peer?.method, "bootstrap");
  assert.deepEqual(others, []);
});

Deno.test(
  "openLibp2pNetwork lists a bootstrap peer whose id it was not told",
  realNode,
  async () => {
    await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
    const address = multiaddrOf(bob).replace(/\/p2p\/.*/, "");
    await using alice = await openLibp2pNetwork({ bootstrap: [address] });
    await until(() => alice.discoveredPeers().length > 0);
    const [peer] = alice.discoveredPeers();
    assert.deepEqual([peer?.peerId, peer?.methods], [bob.peerId, ["bootstrap"]]);
    assert.equal(alice.connections().length, 1);
  },
);

Deno.test("openLibp2pNetwork finds bootstrap peers by their name", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  const entry = `dnsaddr=${multiaddrOf(bob)}`;
  await using alice = await openLibp2pNetwork({
    bootstrap: ["/dnsaddr/dead.example", "/dnsaddr/seeds.example"],
    resolveTxt: (name, signal) =>
      name === "_dnsaddr.seeds.example" ? Promise.resolve([entry]) : neverAnswer(signal),
  });
  await until(() => alice.connections().length > 0);
  assert.equal(alice.discoveredPeers()[0]?.peerId, bob.peerId);
  assert.ok((alice.discoveredPeers()[0]?.lastVerifiedMs ?? 0) > 0);
});

Deno.test(
  "openLibp2pNetwork does not call back a peer that was disconnected",
  realNode,
  async () => {
    await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
    const clock = new FakeClock(Date.now());
    await using alice = await openLibp2pNetwork({ bootstrap: [multiaddrOf(bob)], clock });
    await until(() => alice.connections().length > 0);
    await alice.disconnect(bob.peerId);
    await clock.advance(600_000);
    assert.deepEqual(alice.connections(), []);
    await alice.connect({ peerId: bob.peerId });
    assert.equal(alice.connections().length, 1);
  },
);

Deno.test("openLibp2pNetwork calls back a peer that was lost", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  await using proxy = await openProxy(portOf(multiaddrOf(bob)));
  const clock = new FakeClock(Date.now());
  const bootstrap = [`/ip4/127.0.0.1/tcp/${proxy.port}/p2p/${bob.peerId}`];
  await using alice = await openLibp2pNetwork({ bootstrap, clock });
  await until(() => alice.connections().length > 0);
  proxy.cut();
  await until(() => alice.connections().length === 0);
  await until(async () => {
    await clock.advance(1_000);
    return proxy.connections() === 2 && alice.connections().length === 1;
  });
});

Deno.test(
  "openLibp2pNetwork remembers whom it has found, and calls after a restart",
  realNode,
  () =>
    withDirectory(async (knownPeersDirectory) => {
      await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
      const method = createFinder(bob);
      {
        await using alice = await openLibp2pNetwork({
          knownPeersDirectory,
          methods: () => [method],
        });
        await until(() => alice.discoveredPeers().length > 0);
        assert.deepEqual(alice.connections(), []);
        await alice.connect({ peerId: bob.peerId });
      }
      await using again = await openLibp2pNetwork({ knownPeersDirectory });
      await until(() => again.connections().length > 0);
      assert.deepEqual(again.discoveredPeers()[0]?.methods, ["known"]);
    }),
);

Deno.test("openLibp2pNetwork looks by the methods that it is given", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  let given: Network | undefined;
  await using alice = await openLibp2pNetwork({
    methods: (network) => {
      given = network;
      return [createFinder(bob), { ...createFinder(bob), name: "broken", look: neverWork }];
    },
  });
  assert.equal(given, alice);
  const [report, broken] = await alice.discover();
  assert.deepEqual(report?.peerIds, [bob.peerId]);
  assert.equal(broken?.reason, "It never works");
  assert.deepEqual(alice.discoveryHealth().map(({ method, ok }) => [method, ok]), [
    ["finder", true],
    ["broken", false],
  ]);
});

Deno.test("openLibp2pNetwork can be told when to begin to be found", realNode, async () => {
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const method: DiscoveryMethod = {
    name: "counting",
    reach: "host",
    intervalMs: 60_000,
    budgetMs: 1_000,
    look: () => {
      looks++;
      looked.resolve();
      return Promise.resolve();
    },
  };
  await using network = await openLibp2pNetwork({
    methods: () => [method],
    isDiscoveryDeferred: true,
  });
  assert.deepEqual(await network.discover(), []);
  assert.deepEqual(network.discoveryHealth(), []);
  network.startDiscovery();
  network.startDiscovery();
  await looked.promise;
  assert.deepEqual(network.discoveryHealth().map((each) => each.method), ["counting"]);
  assert.equal(looks, 1);
});

Deno.test(
  "openLibp2pNetwork finds the program that serves among several with one identity",
  realNode,
  async () => {
    const identity = await createIdentity();
    await using caller = await openLibp2pNetwork({ listen: [LOOPBACK] });
    const multiaddr = multiaddrOf(caller);
    // The one that only calls comes first, the one that serves later; both have dialled.
    await using command = await openLibp2pNetwork({ identity });
    await command.connect({ multiaddr });
    await using node = await openLibp2pNetwork({ identity });
    await runTaskGroup(async (group) => {
      await node.handle(group, PROTOCOL, () => Promise.resolve());
      await node.connect({ multiaddr });
      const stream = await caller.openStream({ peerId: identity.peerId }, PROTOCOL);
      await stream.close();
      const refused = caller.openStream({ peerId: identity.peerId }, "/test/unknown/1.0.0");
      await assert.rejects(refused, ProtocolUnsupportedError);
      group.cancel();
    });
  },
);

Deno.test("openLibp2pNetwork lets methods say goodbye over the network", realNode, async () => {
  await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
  let goodbyes = 0;
  await runTaskGroup(async (group) => {
    await bob.handle(group, PROTOCOL, () => Promise.resolve(void goodbyes++));
    const alice = await openLibp2pNetwork({
      methods: (network) => [{
        ...createFinder(bob),
        start: () =>
          Promise.resolve({
            async [Symbol.asyncDispose](): Promise<void> {
              await (await network.openStream({ peerId: bob.peerId }, PROTOCOL)).close();
            },
          }),
      }],
    });
    await alice.discover();
    await alice[Symbol.asyncDispose]();
    group.cancel();
  });
  assert.equal(goodbyes, 1);
});

Deno.test(
  "openLibp2pNetwork refuses two methods with one name, and leaves nothing open",
  realNode,
  async () => {
    await using bob = await openLibp2pNetwork({ listen: [LOOPBACK] });
    const listen = [`/ip4/127.0.0.1/tcp/${await findFreePort()}`];
    const methods = () => [createFinder(bob), createFinder(bob)];
    await assert.rejects(openLibp2pNetwork({ listen, methods }), TypeError);
    await using _network = await openLibp2pNetwork({ listen });
  },
);

Deno.test("openLibp2pNetwork finds peers by mDNS and reaches them by id", realNode, async () => {
  const options = { listen: ["/ip4/0.0.0.0/tcp/0"], mdns: true };
  await using alice = await openLibp2pNetwork(options);
  await using bob = await openLibp2pNetwork(options);
  const isFound = () => alice.discoveredPeers().some(({ peerId }) => peerId === bob.peerId);
  await until(isFound);
  assert.ok(alice.discoveredPeers().every(({ peerId }) => peerId !== alice.peerId));
  await runTaskGroup(async (group) => {
    await bob.handle(group, PROTOCOL, (stream) => stream.write(new Uint8Array(3)));
    const stream = await alice.openStream({ peerId: bob.peerId }, PROTOCOL);
    assert.equal(stream.remotePeerId, bob.peerId);
    assert.equal((await stream.read())?.length, 3);
    await stream.close();
    group.cancel();
  });
});

function multiaddrOf(network: Network): string {
  return network.multiaddrs()[0] ?? assert.fail("The node does not listen");
}

function portOf(multiaddr: string): number {
  return Number(multiaddr.split("/")[4]);
}

/** A method that knows one peer. */
function createFinder(peer: Network): DiscoveryMethod {
  return {
    name: "finder",
    reach: "host",
    intervalMs: 10_000,
    budgetMs: 1_000,
    look: (context) => {
      context.found({ peerId: peer.peerId, multiaddrs: peer.multiaddrs() });
      return Promise.resolve();
    },
  };
}

function neverWork(): Promise<void> {
  return Promise.reject(new Error("It never works"));
}

async function neverAnswer(signal: AbortSignal): Promise<never> {
  await waitForAbort(signal);
  throw signal.reason;
}

async function findFreePort(): Promise<number> {
  await using network = await openLibp2pNetwork({ listen: [LOOPBACK] });
  return portOf(multiaddrOf(network));
}

interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections there were. */
  connections(): number;
  /** Break all connections. */
  cut(): void;
}

async function openProxy(targetPort: number): Promise<Proxy> {
  const sockets: Socket[] = [];
  const server: Server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    sockets.push(near, far);
    near.on("error", () => far.destroy()).pipe(far);
    far.on("error", () => near.destroy()).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: address.port,
    connections: () => sockets.length / 2,
    cut,
    async [Symbol.asyncDispose](): Promise<void> {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
