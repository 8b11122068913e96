import assert from "node:assert/strict";
import {
  createAdvertisement,
  createGoodbye,
  selectMultiaddrs,
} from "../../../../../src/network/discovery/mdns/advertisement.ts";
import {
  LIBP2P_SERVICE,
  MCPP_SERVICE,
} from "../../../../../src/network/discovery/mdns/service_name.ts";
import { createPeerId } from "../create_peer_id.ts";
import { createLink } from "./fake_lan.ts";

const PEER = createPeerId(7);
const LABEL = "kq2r";
const CABLE = createLink("192.168.1.7");
const LOOPBACK = {
  ...createLink("127.0.0.1", "lo"),
  subnets: [{ address: "127.0.0.1", netmask: "255.0.0.0" }],
};
const at = (location: string): string => `${location}/p2p/${PEER}`;

Deno.test("createAdvertisement says it in both forms: dnsaddr, and id with port and address", () => {
  const multiaddrs = [
    at("/ip4/192.168.1.7/tcp/9710"),
    at("/ip6/fd00::7/tcp/9710"),
    at("/ip4/10.0.0.7/tcp/4001"),
    at("/ip4/192.168.1.7/tcp/9711/ws"),
  ];
  const options = { service: LIBP2P_SERVICE, label: LABEL, peerId: PEER, multiaddrs };
  const unique = { ttlSeconds: 120, isUnique: true };
  assert.deepEqual(createAdvertisement(options), {
    type: "response",
    questions: [],
    answers: [{
      ...{ name: "_p2p._udp.local", type: "PTR", ttlSeconds: 120 },
      target: "kq2r._p2p._udp.local",
    }],
    additionals: [
      {
        ...{ ...unique, name: "kq2r._p2p._udp.local", type: "TXT" },
        strings: [...multiaddrs.map((address) => `dnsaddr=${address}`), `id=${PEER}`],
      },
      { ...unique, name: "kq2r._p2p._udp.local", type: "SRV", host: "kq2r.local", port: 9710 },
      { ...unique, name: "kq2r.local", type: "A", address: "192.168.1.7" },
      { ...unique, name: "kq2r.local", type: "AAAA", address: "fd00::7" },
    ],
  });
});

Deno.test("createAdvertisement says nothing of a port where there is no plain TCP", () => {
  const options = { service: MCPP_SERVICE, label: LABEL, peerId: PEER };
  const { additionals } = createAdvertisement({
    ...options,
    multiaddrs: [at("/ip4/192.168.1.7/udp/9710/quic-v1")],
  });
  assert.deepEqual(additionals.map(({ type }) => type), ["TXT"]);
});

Deno.test("createGoodbye takes the instance back", () => {
  assert.deepEqual(createGoodbye({ service: MCPP_SERVICE, label: LABEL }).answers, [
    { name: MCPP_SERVICE, type: "PTR", ttlSeconds: 0, target: `${LABEL}.${MCPP_SERVICE}` },
  ]);
});

Deno.test("selectMultiaddrs puts those of the link first, and the loopback on its own link only", () => {
  const loopback = at("/ip4/127.0.0.1/tcp/1");
  const ipv6Loopback = at("/ip6/::1/tcp/1");
  const other = at("/ip4/10.0.0.7/tcp/1");
  const near = at("/ip4/192.168.1.7/tcp/1");
  const all = [loopback, ipv6Loopback, other, near];
  assert.deepEqual(selectMultiaddrs(all, CABLE), [near, other]);
  assert.deepEqual(selectMultiaddrs(all, LOOPBACK), [loopback, other, near, ipv6Loopback]);
});

Deno.test("selectMultiaddrs puts those of IPv6 first on a link of IPv6", () => {
  const [near, far] = [at("/ip6/fd00::7/tcp/1"), at("/ip6/fd01::7/tcp/1")];
  const ipv4 = at("/ip4/192.168.1.7/tcp/1");
  assert.deepEqual(selectMultiaddrs([ipv4, far, near], createLink("fd00::7")), [near, ipv4, far]);
});

Deno.test("selectMultiaddrs leaves out what nobody on the link can dial, or no record can hold", () => {
  const unusable = [
    at("/ip4/0.0.0.0/tcp/1"),
    at("/ip6/::/tcp/1"),
    at("/ip6/fe80::7/tcp/1"),
    at(`/ip4/1.2.3.4/tcp/1/p2p/${createPeerId(8)}/p2p-circuit`),
    at("/dns4/node.example.com/tcp/1"),
    at(`/ip4/192.168.1.7/tcp/1/http-path/${"x".repeat(200)}`),
  ];
  assert.deepEqual(selectMultiaddrs(unusable, CABLE), []);
});

Deno.test("selectMultiaddrs takes no more than fits into a packet", () => {
  const many = Array.from({ length: 50 }, (_, port) => at(`/ip4/192.168.1.7/tcp/${port + 1}`));
  const few = selectMultiaddrs(many, CABLE);
  assert.deepEqual(few, many.slice(0, 8));
  const long = Array.from(
    { length: 8 },
    (_, index) => at(`/ip4/192.168.1.7/tcp/${index + 1}/http-path/${"x".repeat(120)}`),
  );
  const text = selectMultiaddrs(long, CABLE).join("");
  assert.ok(text.length > 400 && text.length < 800, `${text.length} characters`);
});
