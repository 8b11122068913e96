import assert from "node:assert/strict";
import { type AddressScope, hostScopeOf, scopeOf } from "../../../src/network/address_scope.ts";

const SCOPES: Readonly<Record<AddressScope, readonly string[]>> = {
  host: ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1", "/dns4/localhost/tcp/1"],
  link: ["/ip4/169.254.1.1/tcp/1", "/ip6/fe80::1/tcp/1", "/ip6zone/eth0/ip6/fe80::1/tcp/1"],
  private: [
    "/ip4/0.0.0.0/tcp/1",
    "/ip4/10.0.0.1/tcp/1",
    "/ip4/172.16.0.1/tcp/1",
    "/ip4/172.31.255.1/tcp/1",
    "/ip4/192.168.1.1/tcp/1",
    "/ip4/100.64.0.1/tcp/1",
    "/ip4/100.127.0.1/tcp/1",
    "/ip4/192.0.2.1/tcp/1",
    "/ip4/198.18.0.1/tcp/1",
    "/ip4/203.0.113.1/tcp/1",
    "/ip4/224.0.0.1/tcp/1",
    "/ip4/255.255.255.255/tcp/1",
    "/ip6/fd00::1/tcp/1",
    "/ip6/ff02::fb/tcp/1",
    "/ip6/2001:db8::1/tcp/1",
    "/ip6/::/tcp/1",
  ],
  public: [
    "/ip4/8.8.8.8/tcp/1",
    "/ip4/172.32.0.1/tcp/1",
    "/ip4/100.128.0.1/tcp/1",
    "/ip4/192.0.1.1/tcp/1",
    "/ip4/223.255.255.1/tcp/1",
    "/ip6/2606:4700::1/tcp/1",
    "/dns4/example.org/tcp/1",
  ],
  relay: [
    "/ip4/8.8.8.8/tcp/1/p2p/QmRelay/p2p-circuit",
    "/ip4/127.0.0.1/tcp/1/p2p/QmRelay/p2p-circuit/p2p/QmPeer",
  ],
};

for (const [scope, addresses] of Object.entries(SCOPES)) {
  Deno.test(`scopeOf says from where addresses can be dialled: ${scope}`, () => {
    assert.deepEqual(addresses.map(scopeOf), addresses.map(() => scope));
  });
}

Deno.test("hostScopeOf looks at the host with which an address begins, a relay's among them", () => {
  const { relay: [far = "", near = ""], ...others } = SCOPES;
  assert.deepEqual([far, near].map(hostScopeOf), ["public", "host"]);
  for (const [scope, addresses] of Object.entries(others)) {
    assert.deepEqual(addresses.map(hostScopeOf), addresses.map(() => scope));
  }
});
