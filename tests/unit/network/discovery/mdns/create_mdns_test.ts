import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { createMdns } from "../../../../../src/network/discovery/mdns/create_mdns.ts";
import { readAnnouncements } from "../../../../../src/network/discovery/mdns/read_announcements.ts";
import {
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import {
  type FixturePeer,
  type MethodFixture,
  SELF_PEER_ID,
  testDiscoveryMethod,
} from "../method_suite.ts";
import { createAnnouncement, createQuery } from "./announcing.ts";
import { FakeLan } from "./fake_lan.ts";

const HOSTILE_STRINGS: readonly (readonly string[])[] = [
  [],
  [""],
  ["dnsaddr="],
  ["dnsaddr=/ip4/192.168.1.66/tcp/1"],
  ["dnsaddr=not a multiaddr/p2p/12D3KooW"],
  [`dnsaddr=/ip4/999.1.1.1/tcp/1/p2p/${createPeerId(66)}`],
  [`dnsaddr=/ip4/1.1.1.1/tcp/70000/p2p/${createPeerId(66)}`],
  [`dnsaddr=/ip4/1.1.1.1/tcp/1/p2p/${createPeerId(66)}\n/x`],
  ["id=../../etc/passwd", "dnsaddr=/ip4/1.1.1.1/tcp/1"],
  [`id=${createPeerId(66)}`],
  [`id=${createPeerId(66)}`, `dnsaddr=/ip4/1.1.1.1/tcp/1/p2p/${createPeerId(67)}`],
  [`id=${"1".repeat(200)}`, "dnsaddr=/ip4/1.1.1.1/tcp/1"],
  [`id=${SELF_PEER_ID}`, "dnsaddr=/ip4/1.1.1.1/tcp/1"],
];

testDiscoveryMethod("createMdns", { open: openFixture, isAnnouncing: true });

function openFixture(): Promise<MethodFixture> {
  const clock = new FakeClock(1_000_000);
  const lan = new FakeLan();
  const host = lan.addHost("192.168.1.1");
  const liar = lan.addHost("192.168.1.66");
  const observer = lan.addHost("192.168.1.99");
  const peers = new Map<string, AsyncDisposable>();
  const stack = new AsyncDisposableStack();
  const method = createMdns({ openBus: host.openBus, random: createRandom(1) });
  const drive = async (promise: PromiseLike<unknown>): Promise<void> => {
    let isSettled = false;
    promise.then(() => isSettled = true, () => isSettled = true);
    while (!isSettled) await clock.advance(50);
  };

  return Promise.resolve({
    method,
    clock,
    maxPeersPerRound: 256,
    step: () => clock.advance(50),
    async appear({ peerId, multiaddrs }: FixturePeer): Promise<void> {
      const address = `192.168.1.${10 + peers.size}`;
      const { openBus } = lan.addHost(address);
      const peer = createMdns({ openBus, random: createRandom(10 + peers.size) });
      const started = peer.start?.({
        self: { peerId, multiaddrs: () => multiaddrs },
        found: () => {},
        lost: () => {},
        clock,
        logger: undefined,
      }, new AbortController().signal);
      assert.ok(started !== undefined);
      peers.set(peerId, await started);
      // It says so by itself twice; here it is to be found by asking.
      await clock.advance(1_500);
    },
    async disappear(peerId): Promise<void> {
      const peer = peers.get(peerId);
      peers.delete(peerId);
      if (peer !== undefined) await drive(peer[Symbol.asyncDispose]());
    },
    breakDown(): Promise<void> {
      host.failure = new Error("Network is unreachable");
      return Promise.resolve();
    },
    repair(): Promise<void> {
      host.failure = undefined;
      return Promise.resolve();
    },
    stall(): Promise<void> {
      host.isStalled = true;
      return Promise.resolve();
    },
    async addMalformed(): Promise<void> {
      const sayAll = (): void => {
        HOSTILE_STRINGS.forEach((strings, index) =>
          liar.send(createAnnouncement({ label: `liar${index}`, strings }))
        );
      };
      stack.use(await liar.openBus((message) => message.type === "query" && sayAll()));
    },
    async flood(): Promise<void> {
      const flooders = Array.from(
        { length: 5 },
        (_, index) => lan.addHost(`192.168.1.${100 + index}`),
      );
      const flood = (): void => {
        for (let seed = 0; seed < 400; seed++) {
          const peerId = createPeerId(1_000 + seed);
          const strings = Array.from(
            { length: 50 },
            (_, port) => `dnsaddr=/ip4/10.1.1.1/tcp/${port + 1}/p2p/${peerId}`,
          );
          flooders[seed % 5]?.send(createAnnouncement({ label: `flood${seed}`, strings }));
        }
      };
      stack.use(await liar.openBus((message) => message.type === "query" && flood()));
    },
    async announcedPeerIds(): Promise<readonly string[]> {
      const announced = new Set<string>();
      const services = [LIBP2P_SERVICE, MCPP_SERVICE];
      await using _ears = await observer.openBus((message) => {
        if (message.type !== "response") return;
        for (const { peer } of readAnnouncements(message, services)) {
          if (peer !== undefined) announced.add(peer.peerId);
        }
      });
      await clock.advance(1_000);
      observer.send(createQuery(LIBP2P_SERVICE));
      await clock.advance(200);
      return [...announced];
    },
    leftovers: () => Promise.resolve(host.isOpen ? ["an open bus"] : []),
    async [Symbol.asyncDispose](): Promise<void> {
      await stack[Symbol.asyncDispose]();
      for (const peer of peers.values()) await drive(peer[Symbol.asyncDispose]());
    },
  });

  function createRandom(seed: number): () => number {
    let state = seed;
    return () => (state = (state * 48271) % 2147483647) / 2147483647;
  }
}
