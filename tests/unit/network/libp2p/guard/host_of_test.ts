import assert from "node:assert/strict";
import { multiaddr } from "@multiformats/multiaddr";
import { hostOf, isLoopback } from "../../../../../src/network/libp2p/guard/host_of.ts";

const RELAY = "12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";

function hostOfText(text: string): string | undefined {
  return hostOf(multiaddr(text));
}

Deno.test("hostOf gives the address of IPv4, whatever the port", () => {
  assert.equal(hostOfText("/ip4/192.0.2.1/tcp/4001"), "192.0.2.1");
  assert.equal(hostOfText("/ip4/192.0.2.1/tcp/9"), "192.0.2.1");
  assert.equal(hostOfText("/ip6/::ffff:192.0.2.1/tcp/9"), "192.0.2.1");
  assert.equal(hostOfText("/ip6/::ffff:c000:201/tcp/9"), "192.0.2.1");
});

Deno.test("hostOf gives the network of an IPv6 address, in which one host may have all", () => {
  assert.equal(hostOfText("/ip6/2001:db8:1:2:3:4:5:6/tcp/1"), "2001:db8:1:2::/64");
  assert.equal(hostOfText("/ip6/2001:db8:1:2::9/tcp/1"), "2001:db8:1:2::/64");
  assert.equal(hostOfText("/ip6/2001:db8::9/tcp/1"), "2001:db8:0:0::/64");
  assert.notEqual(
    hostOfText("/ip6/2001:db8:1:3::9/tcp/1"),
    hostOfText("/ip6/2001:db8:1:2::9/tcp/1"),
  );
  assert.equal(hostOfText("/ip6zone/eth0/ip6/fe80::1/tcp/1"), "fe80:0:0:0::/64");
});

Deno.test("hostOf gives the relay of a relayed connection", () => {
  const relayed = `/ip4/192.0.2.1/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${RELAY}`;
  assert.equal(hostOfText(relayed), RELAY);
});

Deno.test("isLoopback knows this host", () => {
  for (const text of ["/ip4/127.0.0.1/tcp/1", "/ip4/127.1.2.3/tcp/1", "/ip6/::1/tcp/1"]) {
    assert.equal(isLoopback(hostOfText(text) ?? ""), true, text);
  }
  for (const text of ["/ip4/10.0.0.1/tcp/1", "/ip6/fe80::1/tcp/1"]) {
    assert.equal(isLoopback(hostOfText(text) ?? ""), false, text);
  }
});
