import assert from "node:assert/strict";
import { FakeClock, waitForAbort } from "../../../../src/concurrency/mod.ts";
import { createBootstrap, PUBLIC_BOOTSTRAP } from "../../../../src/network/discovery/bootstrap.ts";
import type { FoundPeer } from "../../../../src/network/discovery/discovery_method.ts";
import type { ResolveTxt } from "../../../../src/network/discovery/dnsaddr.ts";
import { createPeerId } from "./create_peer_id.ts";
import { type MethodFixture, SELF_PEER_ID, testDiscoveryMethod } from "./method_suite.ts";

const A = createPeerId(21);
const B = createPeerId(22);

testDiscoveryMethod("createBootstrap", {
  open: () => Promise.resolve(openFixture()),
  isAnnouncing: false,
});

function openFixture(): MethodFixture {
  const clock = new FakeClock();
  const peers = new Map<string, readonly string[]>();
  // All nodes may have one list; and an empty one would be a failure.
  const extra = [`dnsaddr=/ip4/10.0.0.9/tcp/1/p2p/${SELF_PEER_ID}`];
  let mood: "well" | "broken" | "stalled" = "well";
  const resolveTxt: ResolveTxt = async (name, signal) => {
    assert.equal(name, "_dnsaddr.example.org");
    if (mood === "broken") throw new Error("the server is not there");
    if (mood === "stalled") await waitForAbort(signal);
    signal.throwIfAborted();
    return [...extra, ...[...peers.values()].flat().map((each) => `dnsaddr=${each}`)];
  };
  const multiaddrs = ["/dnsaddr/example.org", "/ip4/10.0.0.8/tcp/1"];
  return {
    method: createBootstrap({ multiaddrs, resolveTxt }),
    clock,
    step: () => clock.advance(10),
    appear: ({ peerId, multiaddrs }) => Promise.resolve(void peers.set(peerId, multiaddrs)),
    disappear: (peerId) => Promise.resolve(void peers.delete(peerId)),
    breakDown: () => Promise.resolve(void (mood = "broken")),
    repair: () => Promise.resolve(void (mood = "well")),
    stall: () => Promise.resolve(void (mood = "stalled")),
    addMalformed: () => {
      extra.push(
        "",
        "v=spf1 -all",
        "dnsaddr=",
        "dnsaddr=10.0.0.1",
        `dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/${A} more`,
        "dnsaddr=/ip4/10.0.0.1/tcp/1",
        `dnsaddr=/ip4/10.0.0.1/udp/1/quic-v1/p2p/${A}`,
        `dnsaddr=/ip4/10.0.0.1/tcp/1/ws/p2p/${A}`,
        `dnsaddr=/dns4/${"x".repeat(600)}/tcp/1/p2p/${A}`,
        "dnsaddr=/dnsaddr/example.org",
        "dnsaddr=/dnsaddr//p2p/x/y",
      );
      return Promise.resolve();
    },
    flood: () => {
      for (let index = 0; index < 2_000; index++) {
        const peerId = createPeerId(1_000 + index % 500);
        extra.push(`dnsaddr=/ip4/10.0.0.1/tcp/${index}/p2p/${peerId}`);
      }
      return Promise.resolve();
    },
    maxPeersPerRound: 64,
    announcedPeerIds: () => Promise.resolve([]),
    leftovers: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function look(
  multiaddrs: readonly string[],
  resolveTxt: ResolveTxt = () => assert.fail("Nobody is to be asked"),
): Promise<{ readonly found: FoundPeer[]; readonly error: unknown }> {
  const found: FoundPeer[] = [];
  const context = {
    self: { peerId: "self", multiaddrs: () => [] },
    found: (peer: FoundPeer) => void found.push(peer),
    lost: () => {},
    clock: new FakeClock(),
    logger: undefined,
  };
  const method = createBootstrap({ multiaddrs, resolveTxt });
  try {
    await method.look(context, new AbortController().signal);
    return { found, error: undefined };
  } catch (error) {
    return { found, error };
  }
}

Deno.test("createBootstrap knows configured peers at once and for ever, and asks nobody", async () => {
  const one = `/ip4/10.0.0.1/tcp/1/p2p/${A}`;
  const two = `/ip4/10.0.0.2/tcp/1/p2p/${A}`;
  const { found } = await look([one, `/ip4/10.0.0.3/tcp/1`, two]);
  assert.deepEqual(found, [
    { peerId: A, multiaddrs: [one, two], ttlMs: Infinity, lastSeenMs: 0 },
  ]);
});

Deno.test("createBootstrap lets no name delay or spoil another one", async () => {
  const found: string[] = [];
  const { found: all, error } = await look(
    [
      "/dnsaddr/dead.org",
      "/dnsaddr/empty.org",
      "/dnsaddr/good.org",
      `/ip4/10.0.0.1/tcp/1/p2p/${B}`,
    ],
    (name) => {
      found.push(name);
      if (name.includes("dead")) return Promise.reject(new Error("no answer"));
      const entry = `dnsaddr=/ip4/10.0.0.2/tcp/1/p2p/${A}`;
      return Promise.resolve(name.includes("empty") ? [] : [entry]);
    },
  );
  assert.equal(found.length, 3);
  assert.deepEqual(all.map(({ peerId }) => peerId), [B, A]);
  assert.match(String(error), /Cannot resolve address as no answer: name "_dnsaddr\.dead\.org"/);
});

Deno.test("createBootstrap says when nobody is behind a name", async () => {
  const { error } = await look(["/dnsaddr/empty.org"], () => Promise.resolve([]));
  assert.match(String(error), /No peer is behind address "\/dnsaddr\/empty\.org"/);
});

Deno.test("createBootstrap refuses a list without end", () => {
  const multiaddrs = Array.from({ length: 257 }, (_, port) => `/ip4/10.0.0.1/tcp/${port}`);
  assert.throws(() => createBootstrap({ multiaddrs }), RangeError);
});

Deno.test("PUBLIC_BOOTSTRAP names four peers of the public network", () => {
  assert.equal(PUBLIC_BOOTSTRAP.length, 4);
  for (const each of PUBLIC_BOOTSTRAP) {
    assert.match(each, /^\/dnsaddr\/bootstrap\.libp2p\.io\/p2p\/Qm\w{44}$/);
  }
});
