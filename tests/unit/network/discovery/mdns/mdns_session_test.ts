import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type { FoundPeer } from "../../../../../src/network/discovery/discovery_method.ts";
import {
  createMdns,
  type MdnsOptions,
} from "../../../../../src/network/discovery/mdns/create_mdns.ts";
import type { Link } from "../../../../../src/network/discovery/mdns/link.ts";
import {
  ACCELERATE_SERVICE,
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createAnnouncement, createQuery } from "./announcing.ts";
import { createLink, FakeLan, MDNS_PORT } from "./fake_lan.ts";

const SELF = createPeerId(1);
const PEER = createPeerId(2);
const OWN = "192.168.1.1";
const PEER_TEXT = [`dnsaddr=/ip4/192.168.1.2/tcp/1/p2p/${PEER}`];

/** A started method on a host of its own, in a network where nobody answers. */
async function openMdns(options: MdnsOptions = {}) {
  const clock = new FakeClock(1_000_000);
  const lan = new FakeLan();
  const host = lan.addHost(OWN);
  const other = lan.addHost("192.168.1.2", "10.9.9.9");
  const found: FoundPeer[] = [];
  const lost: string[] = [];
  const context = {
    self: { peerId: SELF, multiaddrs: () => [`/ip4/${OWN}/tcp/9710/p2p/${SELF}`] },
    found: (peer: FoundPeer) => void found.push(peer),
    lost: (peerId: string) => void lost.push(peerId),
    clock,
    logger: undefined,
  };
  const { signal } = new AbortController();
  const method = createMdns({ openBus: host.openBus, random: () => 0.5, ...options });
  const started = await method.start?.(context, signal);
  const drive = async (promise: PromiseLike<void> | undefined): Promise<void> => {
    let isSettled = false;
    const settle = () => void (isSettled = true);
    promise?.then(settle, settle);
    for (let step = 0; promise !== undefined && !isSettled && step < 200; step++) {
      await clock.advance(50);
    }
    await promise;
  };
  return {
    ...{ clock, lan, host, other, found, lost },
    look: () => drive(method.look(context, signal)),
    drive,
    [Symbol.asyncDispose]: () => drive(started?.[Symbol.asyncDispose]()),
  };
}

Deno.test("createMdns asks for its own service, for libp2p's, and for that of Python nodes", async () => {
  await using mdns = await openMdns({ service: "_other._udp.local" });
  await mdns.look();
  const [query] = mdns.lan.multicasts("query", OWN);
  assert.deepEqual(query?.questions, [
    { name: LIBP2P_SERVICE, type: "PTR" },
    { name: "_other._udp.local", type: "PTR" },
    { name: ACCELERATE_SERVICE, type: "PTR" },
  ]);
  const announced = mdns.lan.multicasts("response", OWN).map(({ answers }) => answers[0]?.name);
  assert.deepEqual([...new Set(announced)], [LIBP2P_SERVICE, "_other._udp.local"]);
});

Deno.test("createMdns asks again after a second if nobody has answered, and else not", async () => {
  await using mdns = await openMdns();
  await mdns.look();
  assert.equal(mdns.lan.multicasts("query", OWN).length, 2);
  mdns.lan.sent.length = 0;
  const looking = mdns.look();
  mdns.other.send(createAnnouncement({ strings: PEER_TEXT }));
  await looking;
  assert.equal(mdns.lan.multicasts("query", OWN).length, 1);
  assert.equal(mdns.found.length, 1);
});

Deno.test("createMdns of a client asks and hears, and says nothing of itself", async () => {
  await using mdns = await openMdns({ isAdvertising: false });
  await mdns.look();
  mdns.other.send({
    type: "query",
    questions: [{ name: LIBP2P_SERVICE, type: "PTR" }, { name: MCPP_SERVICE, type: "PTR" }],
    answers: [],
    additionals: [],
  });
  await mdns.clock.advance(10_000);
  assert.deepEqual(mdns.lan.multicasts("response", OWN), []);
  assert.deepEqual(mdns.lan.multicasts("query", OWN).flatMap(({ answers }) => answers), []);
  mdns.other.send(createAnnouncement({ strings: PEER_TEXT }));
  assert.deepEqual(mdns.found.map(({ peerId }) => peerId), [PEER]);
});

Deno.test("createMdns does not answer its own question", async () => {
  await using mdns = await openMdns();
  await mdns.clock.advance(5_000);
  mdns.lan.sent.length = 0;
  await mdns.look();
  await mdns.clock.advance(5_000);
  assert.deepEqual(mdns.lan.multicasts("response", OWN), []);
});

Deno.test("createMdns hears peers before it asks, and when they go", async () => {
  await using mdns = await openMdns();
  mdns.other.send(createAnnouncement({ strings: PEER_TEXT }));
  assert.deepEqual(mdns.found.map(({ peerId }) => peerId), [PEER]);
  mdns.other.send(createAnnouncement({ strings: PEER_TEXT, ttlSeconds: 0 }));
  assert.deepEqual(mdns.lost, [PEER]);
});

Deno.test("createMdns does not believe who is on none of its networks, or answers from elsewhere", async () => {
  await using mdns = await openMdns();
  const announcement = createAnnouncement({ strings: PEER_TEXT });
  mdns.host.hear(announcement, { address: "8.8.8.8", port: 5353 });
  mdns.host.hear(announcement, { address: "192.168.1.2", port: 40_000 });
  assert.deepEqual(mdns.found, []);
});

Deno.test("createMdns hears and answers those who have IPv6 only", async () => {
  await using mdns = await openMdns();
  mdns.host.links = [createLink(OWN), createLink("fd00::1")];
  mdns.other.links = [createLink("fd00::2")];
  const looking = mdns.look();
  mdns.other.send(createAnnouncement({ strings: [`dnsaddr=/ip6/fd00::2/tcp/1/p2p/${PEER}`] }));
  await looking;
  assert.deepEqual(mdns.found[0]?.multiaddrs, [`/ip6/fd00::2/tcp/1/p2p/${PEER}`]);
  const queries = mdns.lan.sent.filter(({ message }) => message.type === "query");
  assert.deepEqual(queries.map(({ from }) => from.address), [OWN, "fd00::1"]);
});

Deno.test("createMdns answers a link-local asker on all links that it may be on", async () => {
  await using mdns = await openMdns();
  const links = ["fd00:1::1", "fd00:2::1"].map((address, index): Link => ({
    ...createLink(address, `eth${index}`),
    subnets: [address, `fe80::${index}`].map((own) => createLink(own).subnets).flat(),
  }));
  mdns.host.links = links;
  await mdns.look();
  await mdns.clock.advance(2_000);
  mdns.lan.sent.length = 0;
  mdns.host.hear(createQuery(LIBP2P_SERVICE), { address: "fe80::99", port: MDNS_PORT });
  await mdns.clock.advance(2_000);
  assert.deepEqual(mdns.lan.sent.map(({ from }) => from.address), ["fd00:1::1", "fd00:2::1"]);
});

Deno.test("createMdns follows this host to another network", async () => {
  await using mdns = await openMdns();
  mdns.host.links = [createLink("10.9.9.1", "wlan0")];
  mdns.lan.sent.length = 0;
  await mdns.look();
  const sources = new Set(mdns.lan.sent.map(({ from }) => from.address));
  assert.ok(sources.has("10.9.9.1"));
  assert.ok(mdns.lan.multicasts("response", "10.9.9.1").length > 0, "it is not announced there");
  mdns.lan.carry(createAnnouncement({ strings: PEER_TEXT }), { address: "10.9.9.9", port: 5353 });
  assert.deepEqual(mdns.found.map(({ peerId }) => peerId), [PEER]);
});

Deno.test("createMdns says so when there is no network, and finds peers when there is one", async () => {
  await using mdns = await openMdns();
  mdns.host.links = [];
  await assert.rejects(mdns.look(), { code: "mdns_unavailable" });
  mdns.host.links = [createLink(OWN)];
  await mdns.look();
});

Deno.test("createMdns has another instance name each time, without a part of the peer id", async () => {
  const labels: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    await using mdns = await openMdns({ random: Math.random });
    await mdns.clock.advance(0);
    const [record] = mdns.lan.multicasts("response", OWN)[0]?.answers ?? [];
    assert.ok(record?.type === "PTR");
    labels.push(record.target.split(".")[0] ?? "");
  }
  assert.ok(labels.every((label) => /^[a-z0-9]{32}$/.test(label)), labels.join());
  assert.notEqual(labels[0], labels[1]);
});

Deno.test("createMdns stops although its packets do not go out", async () => {
  const mdns = await openMdns();
  await mdns.clock.advance(2_000);
  mdns.host.isStalled = true;
  await mdns[Symbol.asyncDispose]();
  assert.ok(!mdns.host.isOpen);
  assert.equal(mdns.clock.pendingTimers, 0);
});

Deno.test("createMdns leaves no socket open when it cannot begin", async () => {
  const lan = new FakeLan();
  const host = lan.addHost(OWN);
  Object.defineProperty(host, "links", {
    get: () => {
      throw new Error("Not permitted");
    },
  });
  const method = createMdns({ openBus: host.openBus });
  const context = {
    self: { peerId: SELF, multiaddrs: () => [] },
    found: () => {},
    lost: () => {},
    clock: new FakeClock(),
    logger: undefined,
  };
  await assert.rejects(async () => await method.start?.(context, new AbortController().signal), {
    message: "Not permitted",
  });
  assert.ok(!host.isOpen);
});

Deno.test("createMdns refuses what is no name of a service", () => {
  for (
    const service of ["", "mcpp", "_mcpp._udp", "_a.b._udp.local", `_${"x".repeat(16)}._udp.local`]
  ) {
    assert.throws(() => createMdns({ service }), TypeError, service);
  }
});
