import assert from "node:assert/strict";
import {
  isPeerIdLike,
  peerIdOfAddress,
  toPeerAddress,
  withoutPeerId,
  withPeerId,
} from "../../../../src/network/discovery/peer_address.ts";

Deno.test("toPeerAddress says whom an address leads to", () => {
  const table: [string, string | undefined][] = [
    ["/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1/p2p/a"],
    ["/ip4/10.0.0.1/tcp/1/", "/ip4/10.0.0.1/tcp/1/p2p/a"],
    ["/ip4/10.0.0.1/tcp/1/p2p/a", "/ip4/10.0.0.1/tcp/1/p2p/a"],
    ["/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit", "/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/a"],
    [
      "/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/a",
      "/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/a",
    ],
    ["/ip4/10.0.0.1/tcp/1/p2p/b", undefined],
    ["/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/b", undefined],
    ["/p2p/a", undefined],
    ["/ip4/0.0.0.0/tcp/1", undefined],
    ["/ip6/::/tcp/1", undefined],
    ["/ip4/10.0.0.1/tcp/1 /p2p/a", undefined],
    ["/ip4/10.0.0.1/tcp/1\n", undefined],
    ["10.0.0.1:1", undefined],
    ["", undefined],
    ["/", undefined],
    [`/dns4/${"x".repeat(512)}/tcp/1`, undefined],
  ];
  for (const [multiaddr, expected] of table) {
    assert.equal(toPeerAddress(multiaddr, "a"), expected, multiaddr);
  }
});

Deno.test("peerIdOfAddress reads the end of an address", () => {
  assert.equal(peerIdOfAddress("/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit/p2p/a"), "a");
  assert.equal(peerIdOfAddress("/ip4/10.0.0.1/tcp/1/p2p/r/p2p-circuit"), undefined);
  assert.equal(peerIdOfAddress("/ip4/10.0.0.1/tcp/1"), undefined);
});

Deno.test("isPeerIdLike refuses what cannot be one", () => {
  assert.ok(isPeerIdLike("12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8"));
  for (const text of ["", "a/b", "a b", "../a", "a\n", "<a>", "a".repeat(129)]) {
    assert.equal(isPeerIdLike(text), false, text);
  }
});

Deno.test("withPeerId and withoutPeerId put a peer id to an address once, and take it away", () => {
  const address = "/ip4/10.0.0.1/tcp/1";
  assert.equal(withPeerId(address, "a"), `${address}/p2p/a`);
  assert.equal(withPeerId(`${address}/p2p/a`, "a"), `${address}/p2p/a`);
  assert.equal(withoutPeerId(`${address}/p2p/a`, "a"), address);
  assert.equal(withoutPeerId(`${address}/p2p/b`, "a"), `${address}/p2p/b`);
});
