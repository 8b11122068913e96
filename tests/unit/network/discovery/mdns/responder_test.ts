import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import type {
  DnsMessage,
  DnsQuestion,
} from "../../../../../src/network/discovery/mdns/dns_message.ts";
import type { Endpoint } from "../../../../../src/network/discovery/mdns/multicast_bus.ts";
import { Responder } from "../../../../../src/network/discovery/mdns/responder.ts";
import {
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createQuery } from "./announcing.ts";
import { createLink, FakeLan, MDNS_PORT } from "./fake_lan.ts";

const PEER = createPeerId(7);
const OWN = "192.168.1.7";
const ASKER = { address: "192.168.1.99", port: MDNS_PORT };

async function openResponder(addresses: readonly string[] = [OWN]) {
  const clock = new FakeClock(1_000_000);
  const lan = new FakeLan();
  const host = lan.addHost(...addresses);
  const bus = await host.openBus(() => {});
  const multiaddrs = [`/ip4/${OWN}/tcp/9710/p2p/${PEER}`];
  const responder = new Responder({
    bus,
    services: [LIBP2P_SERVICE, MCPP_SERVICE],
    label: "me",
    peerId: PEER,
    multiaddrs: () => multiaddrs,
    clock,
    random: () => 0.5,
    logger: undefined,
  });
  const ask = (query: DnsMessage, source: Endpoint = ASKER): void =>
    responder.answer(query, source, bus.links()[0] ?? createLink(OWN));
  const settle = async (): Promise<void> => {
    responder.refresh(bus.links());
    await clock.advance(5_000);
    lan.sent.length = 0;
  };
  return { clock, lan, host, bus, responder, multiaddrs, ask, settle };
}

function textsOf(messages: readonly DnsMessage[]): readonly string[] {
  return messages.flatMap(({ answers }) =>
    answers.map(({ name, ttlSeconds }) => `${name} ${ttlSeconds}`)
  );
}

const BOTH = [`${LIBP2P_SERVICE} 120`, `${MCPP_SERVICE} 120`];

Deno.test("Responder announces each service twice, a second apart, and then is silent", async () => {
  const { clock, lan, bus, responder } = await openResponder();
  responder.refresh(bus.links());
  await clock.advance(0);
  assert.deepEqual(textsOf(lan.multicasts("response")), BOTH);
  await clock.advance(999);
  assert.equal(lan.sent.length, 2);
  await clock.advance(1);
  assert.deepEqual(textsOf(lan.multicasts("response")), [...BOTH, ...BOTH]);
  responder.refresh(bus.links());
  await clock.advance(60_000);
  assert.equal(lan.sent.length, 4);
});

Deno.test("Responder announces anew when its addresses change, and takes back what is gone", async () => {
  const { clock, lan, bus, responder, multiaddrs, settle } = await openResponder();
  await settle();
  multiaddrs.push(`/ip4/10.0.0.7/tcp/9710/p2p/${PEER}`);
  responder.refresh(bus.links());
  await clock.advance(0);
  assert.deepEqual(textsOf(lan.multicasts("response")), BOTH);
  multiaddrs.length = 0;
  lan.sent.length = 0;
  responder.refresh(bus.links());
  await clock.advance(10_000);
  assert.deepEqual(textsOf(lan.sent.map(({ message }) => message)), [
    `${LIBP2P_SERVICE} 0`,
    `${MCPP_SERVICE} 0`,
  ]);
});

Deno.test("Responder announces on a link that comes, and says goodbye on all at the end", async () => {
  const { clock, lan, host, bus, responder, settle } = await openResponder();
  await settle();
  host.links = [...host.links, createLink("10.0.0.7", "wlan0")];
  responder.refresh(bus.links());
  await clock.advance(0);
  assert.deepEqual(lan.sent.map(({ from }) => from.address), ["10.0.0.7", "10.0.0.7"]);
  lan.sent.length = 0;
  await responder.close();
  const goodbyes = lan.sent.map(({ from, message }) => `${from.address} ${textsOf([message])}`);
  assert.deepEqual(goodbyes.toSorted(), [
    `10.0.0.7 ${MCPP_SERVICE} 0`,
    `10.0.0.7 ${LIBP2P_SERVICE} 0`,
    `${OWN} ${MCPP_SERVICE} 0`,
    `${OWN} ${LIBP2P_SERVICE} 0`,
  ]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("Responder announces on both links of an interface that has IPv6, too, and answers on one", async () => {
  const { clock, lan, bus, responder, host } = await openResponder();
  host.links = [createLink(OWN), createLink("fd00::7")];
  responder.refresh(bus.links());
  await clock.advance(5_000);
  const announced = new Set(lan.sent.map(({ from }) => from.address));
  assert.deepEqual([...announced], [OWN, "fd00::7"]);
  lan.sent.length = 0;
  const asker = { address: "fd00::99", port: MDNS_PORT };
  responder.answer(createQuery(MCPP_SERVICE), asker, createLink("fd00::7"));
  await clock.advance(2_000);
  assert.deepEqual(lan.sent.map(({ from }) => from.address), ["fd00::7"]);
});

Deno.test("Responder answers a little later, so that not all answer at once", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  ask(createQuery(MCPP_SERVICE));
  await clock.advance(69);
  assert.equal(lan.sent.length, 0);
  await clock.advance(1);
  assert.deepEqual(textsOf(lan.multicasts("response")), [`${MCPP_SERVICE} 120`]);
});

Deno.test("Responder gives one answer a second, however many ask", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  for (let turn = 0; turn < 500; turn++) {
    ask(createQuery(MCPP_SERVICE));
    ask(createQuery(MCPP_SERVICE), { address: `192.168.1.${turn % 250}`, port: MDNS_PORT });
    await clock.advance(10);
  }
  assert.equal(lan.sent.length, 5);
});

Deno.test("Responder does not tell what the asker knows, unless that soon ends", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  const target = `me.${MCPP_SERVICE}`;
  const known = { name: MCPP_SERVICE, type: "PTR", target } as const;
  ask(createQuery(MCPP_SERVICE, { answers: [{ ...known, ttlSeconds: 60 }] }));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 0);
  ask(createQuery(MCPP_SERVICE, { answers: [{ ...known, ttlSeconds: 59 }] }));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 1);
});

Deno.test("Responder knows its own answers, so that it does not answer itself", async () => {
  const { responder, bus, multiaddrs } = await openResponder();
  assert.deepEqual(responder.knownAnswers(), []);
  responder.refresh(bus.links());
  assert.deepEqual(responder.knownAnswers().map(({ target }) => target), [
    `me.${LIBP2P_SERVICE}`,
    `me.${MCPP_SERVICE}`,
  ]);
  multiaddrs.length = 0;
  responder.refresh(bus.links());
  assert.deepEqual(responder.knownAnswers(), []);
});

Deno.test("Responder answers one who asks for that alone, for a few in a second", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  const questions: DnsQuestion[] = [{ name: MCPP_SERVICE, type: "PTR", wantsUnicast: true }];
  ask(createQuery(MCPP_SERVICE, { questions }));
  await clock.advance(0);
  assert.deepEqual(lan.sent.map(({ to }) => to), [ASKER]);
  for (let turn = 0; turn < 500; turn++) ask(createQuery(MCPP_SERVICE, { questions }));
  await clock.advance(999);
  assert.equal(lan.sent.filter(({ to }) => to !== undefined).length, 20);
  assert.equal(lan.multicasts("response").length, 1);
  ask(createQuery(MCPP_SERVICE, { questions }));
  await clock.advance(1);
  assert.equal(lan.sent.filter(({ to }) => to !== undefined).length, 20);
  ask(createQuery(MCPP_SERVICE, { questions }));
  await clock.advance(0);
  assert.equal(lan.sent.filter(({ to }) => to !== undefined).length, 21);
});

Deno.test("Responder answers a plain DNS resolver in its way, and never by multicast", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  const resolver = { address: "192.168.1.99", port: 40_000 };
  for (let turn = 0; turn < 30; turn++) ask(createQuery(MCPP_SERVICE, { id: 4711 }), resolver);
  await clock.advance(5_000);
  assert.equal(lan.sent.length, 20);
  const [sent] = lan.sent;
  assert.deepEqual(sent?.to, resolver);
  assert.equal(sent?.message.id, 4711);
  assert.deepEqual(sent?.message.questions, [{ name: MCPP_SERVICE, type: "PTR" }]);
  const records = [...sent?.message.answers ?? [], ...sent?.message.additionals ?? []];
  assert.ok(records.every(({ ttlSeconds, isUnique }) => ttlSeconds === 10 && isUnique !== true));
});

Deno.test("Responder answers for its instance and its host, and for nothing else", async () => {
  const { clock, lan, ask, settle } = await openResponder();
  await settle();
  const others: readonly DnsQuestion[] = [
    { name: "_ipp._tcp.local", type: "PTR" },
    { name: MCPP_SERVICE, type: "A" },
    { name: `you.${MCPP_SERVICE}`, type: "TXT" },
    { name: "you.local", type: "A" },
  ];
  ask(createQuery(MCPP_SERVICE, { questions: others }));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 0);
  ask(createQuery(MCPP_SERVICE, { questions: [{ name: `me.${MCPP_SERVICE}`, type: "TXT" }] }));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 1);
  ask(createQuery(MCPP_SERVICE, { questions: [{ name: "me.local", type: "A" }] }));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 3);
});

Deno.test("Responder does without a link that does not take its packets", async () => {
  const { clock, lan, host, ask, settle, responder } = await openResponder();
  await settle();
  host.failure = new Error("Network is unreachable");
  ask(createQuery(MCPP_SERVICE));
  await clock.advance(2_000);
  host.failure = undefined;
  ask(createQuery(MCPP_SERVICE));
  await clock.advance(2_000);
  assert.equal(lan.sent.length, 1);
  host.failure = new Error("Network is unreachable");
  await responder.close();
});
