import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { DiscoveredPeers } from "../../../../src/network/discovery/discovered_peers.ts";

function createPeers(options: { maxPeers?: number; ttlMs?: number } = {}) {
  const clock = new FakeClock(1_000);
  const peers = new DiscoveredPeers({ selfPeerId: "self", clock, ...options });
  const see = (peerId: string, ...multiaddrs: string[]): void =>
    peers.observe({ peerId, multiaddrs, method: "mdns" });
  return { clock, peers, see };
}

const LAN = "/ip4/192.168.1.7/tcp/9710";
const ids = (peers: DiscoveredPeers): string[] => peers.list().map(({ peerId }) => peerId);

Deno.test("DiscoveredPeers lists the most recently seen peer first", async () => {
  const { clock, peers, see } = createPeers();
  for (const peerId of ["a", "b", "c"]) {
    see(peerId, LAN);
    await clock.advance(10);
  }
  assert.deepEqual(ids(peers), ["c", "b", "a"]);
  peers.touch("a");
  peers.touch("unknown");
  assert.deepEqual(ids(peers), ["a", "c", "b"]);
  assert.deepEqual(peers.get("a"), {
    peerId: "a",
    multiaddrs: [`${LAN}/p2p/a`],
    method: "mdns",
    lastSeenMs: 1_030,
  });
});

Deno.test("DiscoveredPeers forgets a peer that was not seen for a while", async () => {
  const { clock, peers, see } = createPeers({ ttlMs: 100 });
  see("a", LAN);
  see("b", LAN);
  await clock.advance(60);
  peers.touch("a");
  await clock.advance(40);
  assert.equal(peers.get("b"), undefined);
  assert.deepEqual(ids(peers), ["a"]);
  await clock.advance(60);
  assert.deepEqual(ids(peers), []);
});

Deno.test("DiscoveredPeers remembers a limited number of peers and addresses", () => {
  const { peers, see } = createPeers({ maxPeers: 3 });
  for (const peerId of ["a", "b", "a", "c", "d"]) see(peerId, LAN);
  assert.deepEqual(ids(peers), ["d", "c", "a"]);
  see("e", ...Array.from({ length: 1000 }, (_, port) => `/ip4/192.168.1.7/tcp/${port}`));
  assert.equal(peers.get("e")?.multiaddrs.length, 16);
});

Deno.test("DiscoveredPeers never lists this node, nor a peer without an address", () => {
  const { peers, see } = createPeers();
  see("self", LAN);
  see("a");
  see("b", "/ip4/0.0.0.0/tcp/9710", "/ip6/::/tcp/9710");
  assert.deepEqual(peers.list(), []);
});

Deno.test("DiscoveredPeers keeps addresses of the peer itself only, best first", () => {
  const { peers, see } = createPeers();
  see("a", "/ip4/127.0.0.1/tcp/1", LAN, `${LAN}/p2p/a`, `${LAN}/p2p/b`);
  assert.deepEqual(peers.get("a")?.multiaddrs, [`${LAN}/p2p/a`, "/ip4/127.0.0.1/tcp/1/p2p/a"]);
});
