import fc from "fast-check";
import assert from "node:assert/strict";
import type { DnsMessage } from "../../../../../src/network/discovery/mdns/dns_message.ts";
import { readAnnouncements } from "../../../../../src/network/discovery/mdns/read_announcements.ts";
import {
  ACCELERATE_SERVICE,
  LIBP2P_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createAnnouncement } from "./announcing.ts";

const PEER = createPeerId(7);
const OTHER = createPeerId(8);
const SERVICES = [LIBP2P_SERVICE, ACCELERATE_SERVICE];
const read = (message: DnsMessage) => readAnnouncements(message, SERVICES);
const readStrings = (...strings: string[]) =>
  read(createAnnouncement({ strings }))[0]?.peer?.multiaddrs;

Deno.test("readAnnouncements reads libp2p's form, one record or several", () => {
  const near = `/ip4/192.168.1.7/tcp/9710/p2p/${PEER}`;
  const far = `/ip6/fd00::7/udp/9710/quic-v1/p2p/${PEER}`;
  const name = `someone.${LIBP2P_SERVICE}`;
  const one = createAnnouncement({ strings: [`dnsaddr=${near}`, `dnsaddr=${far}`] });
  const several = createAnnouncement({
    strings: [`dnsaddr=${near}`],
    additionals: [{ name, type: "TXT", ttlSeconds: 120, strings: [`dnsaddr=${far}`] }],
  });
  // js-libp2p puts everything among the answers.
  const flat = { ...one, answers: [...one.answers, ...one.additionals], additionals: [] };
  for (const message of [one, several, flat]) {
    assert.deepEqual(read(message), [{
      instance: name,
      peer: { peerId: PEER, multiaddrs: [near, far], ttlSeconds: 120 },
    }]);
  }
});

Deno.test("readAnnouncements reads the numbered form of newer Python nodes", () => {
  const [first, second] = [`/ip4/10.0.0.1/tcp/1/p2p/${PEER}`, `/ip4/10.0.0.2/tcp/1/p2p/${PEER}`];
  assert.deepEqual(readStrings(`dnsaddr=${first}`, `dnsaddr2=${second}`), [first, second]);
});

Deno.test("readAnnouncements reads the form of older Python nodes: id, port and addresses", () => {
  const name = `someone.${LIBP2P_SERVICE}`;
  const base = { ttlSeconds: 120 };
  const announcement = createAnnouncement({
    ttlSeconds: 4500,
    strings: [`id=${PEER}`],
    additionals: [
      { ...base, name, type: "SRV", host: "box.local", port: 9710 },
      { ...base, name: "box.local", type: "A", address: "192.168.1.7" },
      { ...base, name: "box.local", type: "AAAA", address: "fd00::7" },
      // It does not say on which link.
      { ...base, name: "box.local", type: "AAAA", address: "fe80::7" },
      { ...base, name: "other.local", type: "A", address: "192.168.1.8" },
    ],
  });
  assert.deepEqual(read(announcement)[0]?.peer, {
    peerId: PEER,
    multiaddrs: [`/ip4/192.168.1.7/tcp/9710/p2p/${PEER}`, `/ip6/fd00::7/tcp/9710/p2p/${PEER}`],
    ttlSeconds: 4500,
  });
});

Deno.test("readAnnouncements reads what Zeroconf says of deployed Python nodes", () => {
  const label = PEER.toLowerCase();
  const name = `${label}.${ACCELERATE_SERVICE}`;
  const announcement = createAnnouncement({
    ...{ service: ACCELERATE_SERVICE, label },
    strings: [`peer_id=${PEER}`, "protocol=/mcp+p2p/1.0.0"],
    additionals: [
      { name, type: "SRV", ttlSeconds: 120, host: `${label}.local`, port: 19001 },
      { name: `${label}.local`, type: "A", ttlSeconds: 120, address: "192.168.1.7" },
    ],
  });
  assert.deepEqual(read(announcement)[0]?.peer?.multiaddrs, [
    `/ip4/192.168.1.7/tcp/19001/p2p/${PEER}`,
  ]);
});

Deno.test("readAnnouncements completes an address that lacks the peer, and drops those of others", () => {
  assert.deepEqual(
    readStrings(
      "dnsaddr=/ip4/10.0.0.1/tcp/1",
      `dnsaddr=/ip4/10.0.0.2/tcp/1/p2p/${OTHER}`,
      `dnsaddr=/ip4/10.0.0.3/tcp/1/p2p/${OTHER}/p2p-circuit/p2p/${PEER}`,
      `id=${PEER}`,
    ),
    [
      `/ip4/10.0.0.1/tcp/1/p2p/${PEER}`,
      `/ip4/10.0.0.3/tcp/1/p2p/${OTHER}/p2p-circuit/p2p/${PEER}`,
    ],
  );
});

Deno.test("readAnnouncements tells who takes its leave", () => {
  const goodbye = createAnnouncement({ ttlSeconds: 0, strings: [`id=${PEER}`] });
  assert.deepEqual(read(goodbye), [{ instance: `someone.${LIBP2P_SERVICE}`, peer: undefined }]);
});

Deno.test("readAnnouncements ignores other services, and instances that are not theirs", () => {
  const strings = [`dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/${PEER}`];
  assert.deepEqual(read(createAnnouncement({ service: "_ipp._tcp.local", strings })), []);
  const foreign = createAnnouncement({ strings });
  const name = "someone._ipp._tcp.local";
  assert.deepEqual(
    read({
      ...foreign,
      answers: [{ name: LIBP2P_SERVICE, type: "PTR", ttlSeconds: 120, target: name }],
      additionals: [{ name, type: "TXT", ttlSeconds: 120, strings }],
    }),
    [],
  );
});

Deno.test("readAnnouncements takes a limited number of instances and of addresses", () => {
  const crowd = Array.from(
    { length: 100 },
    (_, index) =>
      createAnnouncement({
        label: `i${index}`,
        strings: [`dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/${createPeerId(index)}`],
      }),
  );
  const answers = crowd.flatMap((message) => message.answers);
  const additionals = crowd.flatMap((message) => message.additionals);
  assert.equal(read({ type: "response", questions: [], answers, additionals }).length, 32);
  const strings = Array.from(
    { length: 100 },
    (_, port) => `dnsaddr=/ip4/10.0.0.1/tcp/${port + 1}/p2p/${PEER}`,
  );
  assert.equal(readStrings(...strings)?.length, 16);
});

Deno.test("readAnnouncements gives well-formed peers only, whatever it is given", () => {
  const piece = fc.constantFrom(
    ...["dnsaddr=", "dnsaddr2=", "id=", "peer_id=", "/ip4/10.0.0.1", "/ip6/::1", "/dns4/a.b"],
    ...["/tcp/1", "/tcp/99999", "/p2p/", PEER, OTHER, "Qm", "/", " ", "\n", "\u0000", "é"],
  );
  const text = fc.oneof(fc.string(), fc.array(piece, { maxLength: 8 }).map((all) => all.join("")));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (strings) => {
      for (const { peer } of read(createAnnouncement({ strings }))) {
        assert.match(peer?.peerId ?? "", /^[1-9A-HJ-NP-Za-km-z]{32,128}$/);
        for (const multiaddr of peer?.multiaddrs ?? []) {
          assert.match(multiaddr, /^\/(ip4|ip6|dns4)\/[!-~]+\/p2p\/[1-9A-Za-z]+$/);
          assert.ok(multiaddr.endsWith(`/p2p/${peer?.peerId}`));
        }
      }
    }),
    { numRuns: 500 },
  );
});
