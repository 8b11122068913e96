import assert from "node:assert/strict";
import { toPlace, toText, withIp } from "../../../src/doctor/place.ts";

const PLACES: readonly (readonly [string, Partial<ReturnType<typeof toPlace>> | undefined])[] = [
  ["/ip4/192.0.2.1/tcp/9710/p2p/12D3KooWa", {
    host: "192.0.2.1",
    family: 4,
    isName: false,
    port: 9710,
  }],
  ["/ip6/2001:db8::1/tcp/1", { host: "2001:db8::1", family: 6, isName: false }],
  ["/ip6zone/eth0/ip6/fe80::1/tcp/7", { host: "fe80::1%eth0", family: 6, port: 7 }],
  ["/dns4/node.example/tcp/9710", { host: "node.example", family: 4, isName: true }],
  ["/dns6/node.example/tcp/9710", { family: 6, isName: true }],
  ["/dns/node.example/tcp/9710", { family: undefined, isName: true }],
  ["/ip4/192.0.2.1/tcp/9710/p2p/12D3KooWr/p2p-circuit/p2p/12D3KooWa", { host: "192.0.2.1" }],
  ["/ip4/192.0.2.1/udp/9710/quic-v1", undefined],
  ["/ip4/192.0.2.1/tcp/97x", undefined],
  ["/dnsaddr/node.example", undefined],
  ["/p2p/12D3KooWa", undefined],
  ["node.example:9710", undefined],
];

for (const [multiaddr, expected] of PLACES) {
  Deno.test(`toPlace reads ${multiaddr}`, () => {
    const place = toPlace(multiaddr);
    if (expected === undefined) assert.equal(place, undefined);
    else assert.deepEqual({ ...place, ...expected }, place);
  });
}

Deno.test("withIp puts an IP address of either family in place of a name", () => {
  const address = "/dns/node.example/tcp/9710/p2p/12D3KooWa";
  assert.equal(withIp(address, "192.0.2.1"), "/ip4/192.0.2.1/tcp/9710/p2p/12D3KooWa");
  assert.equal(withIp(address, "::1"), "/ip6/::1/tcp/9710/p2p/12D3KooWa");
});

Deno.test("toText tells the port from an IPv6 address", () => {
  assert.equal(toText({ host: "192.0.2.1", port: 1 }), "192.0.2.1:1");
  assert.equal(toText({ host: "::1", port: 1 }), "[::1]:1");
});
