import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { systemClock } from "../../../../../src/concurrency/mod.ts";
import type { FoundPeer } from "../../../../../src/network/discovery/discovery_method.ts";
import {
  createMdns,
  type MdnsOptions,
} from "../../../../../src/network/discovery/mdns/create_mdns.ts";
import type { DnsMessage } from "../../../../../src/network/discovery/mdns/dns_message.ts";
import type { Endpoint } from "../../../../../src/network/discovery/mdns/multicast_bus.ts";
import { openMulticastBus } from "../../../../../src/network/discovery/mdns/open_multicast_bus.ts";
import {
  ACCELERATE_SERVICE,
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createAnnouncement } from "./announcing.ts";
import {
  zeroconfAnnouncement,
  zeroconfAnswer,
  zeroconfGoodbye,
  zeroconfProbe,
  type ZeroconfService,
} from "./zeroconf_packet.ts";

const LOOPBACK = "127.0.0.1";
const GROUP = "224.0.0.251";
const ALICE = createPeerId(2);
const BOB = createPeerId(3);
/** The question that Zeroconf's own browser asks. */
const WANTED = "PTR _mcp-accelerate._tcp.local";

/** A port that nobody else uses: what is sent there stays among the sockets of a test. */
async function pickPort(): Promise<number> {
  await using socket = await openSocket(0);
  return socket.port;
}

async function openSocket(port: number, reuseAddr = true) {
  const socket: Socket = createSocket({ type: "udp4", reuseAddr });
  const bound = Promise.withResolvers<void>();
  socket.bind(port, LOOPBACK, () => bound.resolve());
  await bound.promise;
  return {
    port: socket.address().port,
    socket,
    send: (bytes: Uint8Array, to: Endpoint): Promise<void> => {
      const sent = Promise.withResolvers<void>();
      socket.send(
        bytes,
        to.port,
        to.address,
        (error) => error ? sent.reject(error) : sent.resolve(),
      );
      return sent.promise;
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** Keeps what arrives until it is asked for. */
async function openEar(port: number) {
  const heard: { message: DnsMessage; source: Endpoint }[] = [];
  let changed = Promise.withResolvers<void>();
  const bus = await openMulticastBus((message, source) => {
    heard.push({ message, source });
    changed.resolve();
    changed = Promise.withResolvers();
  }, { interfaces: [LOOPBACK], port });
  return {
    bus,
    async next(isWanted: (message: DnsMessage) => boolean) {
      for (;;) {
        const found = heard.find(({ message }) => isWanted(message));
        if (found !== undefined) return found;
        await changed.promise;
      }
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}

/** A node that is announced, on real sockets. */
async function startMdns(port: number, peerId: string, options: MdnsOptions = {}) {
  const found = new Map<string, PromiseWithResolvers<FoundPeer>>();
  const awaitPeer = (id: string): PromiseWithResolvers<FoundPeer> =>
    found.getOrInsertComputed(id, () => Promise.withResolvers());
  const lost = Promise.withResolvers<string>();
  const method = createMdns({
    openBus: (onMessage) => openMulticastBus(onMessage, { interfaces: [LOOPBACK], port }),
    ...options,
  });
  const stopping = new AbortController();
  const context = {
    self: { peerId, multiaddrs: () => [`/ip4/${LOOPBACK}/tcp/9710/p2p/${peerId}`] },
    found: (peer: FoundPeer) => awaitPeer(peer.peerId).resolve(peer),
    lost: lost.resolve,
    clock: systemClock,
    logger: undefined,
  };
  const started = await method.start?.(context, stopping.signal);
  const looking = method.look(context, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  return {
    untilFound: (id: string) => awaitPeer(id).promise,
    lost: lost.promise,
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort();
      await looking;
      await started?.[Symbol.asyncDispose]();
    },
  };
}

Deno.test("openMulticastBus carries all records that matter, in both directions", async () => {
  const port = await pickPort();
  await using alice = await openEar(port);
  await using bob = await openEar(port);
  const [link] = alice.bus.links();
  bob.bus.links();
  assert.ok(link?.isLoopback);
  const name = `someone.${MCPP_SERVICE}`;
  const message: DnsMessage = {
    type: "response",
    id: 0,
    questions: [],
    answers: [{ name: MCPP_SERVICE, type: "PTR", ttlSeconds: 120, target: name }],
    additionals: [
      { name, type: "TXT", ttlSeconds: 120, strings: ["dnsaddr=/ip4/1.2.3.4", "id=é", ""] },
      { name, type: "SRV", ttlSeconds: 10, host: "someone.local", port: 9710 },
      { name: "someone.local", type: "A", ttlSeconds: 0, address: "192.168.1.2" },
      { name: "someone.local", type: "AAAA", ttlSeconds: 1, address: "fd00::7" },
    ],
  };
  await alice.bus.send(message, link);
  const { message: heard, source } = await bob.next(({ type }) => type === "response");
  assert.deepEqual(heard, message);
  assert.deepEqual([source.address, source.port], [LOOPBACK, port]);
  const question = { name: MCPP_SERVICE, type: "PTR" } as const;
  await bob.bus.send({ ...message, type: "query", questions: [question] }, link);
  const { message: query } = await alice.next(({ type }) => type === "query");
  assert.deepEqual(query.questions, [{ ...question, wantsUnicast: false }]);
  assert.deepEqual(query.answers, message.answers);
});

Deno.test("openMulticastBus sends an answer to one alone, as a plain resolver wants it", async () => {
  const port = await pickPort();
  await using _alice = await startMdns(port, ALICE);
  await using resolver = await openSocket(0);
  const answered = new Promise<Uint8Array>((resolve) => resolver.socket.once("message", resolve));
  const labels = MCPP_SERVICE.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  // Id 0x1267, one question: PTR, class IN.
  const query = [0x12, 0x67, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 12, 0, 1];
  await resolver.send(Uint8Array.from(query), { address: GROUP, port });
  const answer = Buffer.from(await answered);
  assert.equal(answer.readUInt16BE(0), 0x1267);
  assert.ok(answer.includes(`id=${ALICE}`));
});

/** As older Python nodes announce themselves: the id, and the port in the SRV record. */
function toOldService(peerId: string): ZeroconfService {
  return {
    ...{ type: LIBP2P_SERVICE, label: "AbC", server: "box.local", port: 9710 },
    ...{ address: "192.168.1.7", properties: [`id=${peerId}`] },
  };
}

/** As the deployed ones do, whose ids are of another kind of key. */
const DEPLOYED_ID = "16Uiu2HAmSf9tDFYhNbPYDsPLEsVjQbDdbkrPMVLWyRRKNMm4AbTd";
const DEPLOYED: ZeroconfService = {
  ...{ type: ACCELERATE_SERVICE, label: DEPLOYED_ID, server: `${DEPLOYED_ID}.local` },
  ...{ port: 19_001, address: "192.168.1.8" },
  properties: [`peer_id=${DEPLOYED_ID}`, "protocol=/mcp+p2p/1.0.0"],
};

Deno.test("openMulticastBus reads what Zeroconf sends, with its shortened names", async () => {
  for (const write of [zeroconfAnnouncement, zeroconfAnswer]) {
    const port = await pickPort();
    await using bob = await startMdns(port, BOB, { isAdvertising: false });
    await using zeroconf = await openSocket(port);
    const to = { address: GROUP, port };
    await zeroconf.send(write(toOldService(ALICE)), to);
    await zeroconf.send(write(DEPLOYED), to);
    assert.deepEqual((await bob.untilFound(ALICE)).multiaddrs, [
      `/ip4/192.168.1.7/tcp/9710/p2p/${ALICE}`,
    ]);
    assert.deepEqual(await bob.untilFound(DEPLOYED_ID), {
      peerId: DEPLOYED_ID,
      multiaddrs: [`/ip4/192.168.1.8/tcp/19001/p2p/${DEPLOYED_ID}`],
      ttlMs: 120_000,
    });
  }
});

Deno.test("openMulticastBus hears a deployed Python node probe, come and go", async () => {
  const port = await pickPort();
  await using bob = await startMdns(port, BOB);
  await using zeroconf = await openSocket(port);
  for (const write of [zeroconfProbe, zeroconfAnnouncement, zeroconfGoodbye]) {
    await zeroconf.send(write(DEPLOYED), { address: GROUP, port });
  }
  await bob.untilFound(DEPLOYED_ID);
  assert.equal(await bob.lost, DEPLOYED_ID);
});

Deno.test("openMulticastBus asks for what deployed Python nodes answer", async () => {
  const port = await pickPort();
  await using ear = await openEar(port);
  ear.bus.links();
  await using _bob = await startMdns(port, BOB);
  const { message } = await ear.next(({ type }) => type === "query");
  assert.ok(message.questions.some(({ name, type }) => `${type} ${name}` === WANTED), WANTED);
});

Deno.test("openMulticastBus understands that an answer to the asker alone is wanted", async () => {
  const port = await pickPort();
  await using alice = await openEar(port);
  alice.bus.links();
  await using asker = await openSocket(port);
  const query = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x41, 0, 0, 12, 0x80, 1];
  await asker.send(Uint8Array.from(query), { address: GROUP, port });
  const { message } = await alice.next(({ type }) => type === "query");
  assert.deepEqual(message.questions, [{ name: "a", type: "PTR", wantsUnicast: true }]);
});

Deno.test("createMdns finds a peer by real packets, and hears when it goes", async () => {
  const port = await pickPort();
  await using bob = await startMdns(port, BOB);
  await using alice = await startMdns(port, ALICE);
  const [ofBob, ofAlice] = await Promise.all([alice.untilFound(BOB), bob.untilFound(ALICE)]);
  assert.equal(ofBob.peerId, BOB);
  assert.deepEqual(ofAlice.multiaddrs, [`/ip4/${LOOPBACK}/tcp/9710/p2p/${ALICE}`]);
  await alice[Symbol.asyncDispose]();
  assert.equal(await bob.lost, ALICE);
});

Deno.test("createMdns survives packets made to harm, and goes on finding peers", async () => {
  const port = await pickPort();
  await using bob = await startMdns(port, BOB);
  await using liar = await openSocket(port);
  for (const bytes of hostilePackets()) await liar.send(bytes, { address: GROUP, port });
  await using _alice = await startMdns(port, ALICE);
  assert.equal((await bob.untilFound(ALICE)).peerId, ALICE);
});

Deno.test("openMulticastBus says so when its port is taken by a program that does not share it", async () => {
  const port = await pickPort();
  await using _owner = await openSocket(port, false);
  await assert.rejects(openMulticastBus(() => {}, { port }), { code: "mdns_unavailable" });
});

Deno.test("openMulticastBus says so when a link takes no packets", async () => {
  await using ear = await openEar(await pickPort());
  const [link] = ear.bus.links();
  assert.ok(link !== undefined);
  const message = createAnnouncement({ strings: [] });
  await assert.rejects(ear.bus.send(message, { ...link, address: "203.0.113.1" }));
  await ear.bus.send(message, link);
});

function hostilePackets(): readonly Uint8Array[] {
  const good = zeroconfAnswer(toOldService(createPeerId(66)));
  const counts = Uint8Array.from([0, 0, 0x84, 0, ...Array(8).fill(255)]);
  const loop = Uint8Array.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 12, 0, 1]);
  // Always the same, so that a failure can be repeated.
  let state = 42;
  const random = (limit: number) => (state = (state * 48271) % 2147483647) % limit;
  const cut = Array.from({ length: good.length - 1 }, (_, length) => good.slice(0, length + 1));
  const changed = Array.from({ length: 200 }, () => {
    const bytes = good.slice();
    for (let change = 0; change < 4; change++) bytes[random(bytes.length)] = random(256);
    return bytes;
  });
  const noise = Array.from(
    { length: 100 },
    () => Uint8Array.from({ length: random(1_400) + 1 }, () => random(256)),
  );
  return [counts, loop, ...cut, ...changed, ...noise];
}
