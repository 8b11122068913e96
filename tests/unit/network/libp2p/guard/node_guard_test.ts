import assert from "node:assert/strict";
import type { Connection, Libp2p, MultiaddrConnection, PeerId } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { NodeGuard } from "../../../../../src/network/libp2p/guard/node_guard.ts";

const HOST = "/ip4/192.0.2.1/tcp/9";
const RELAY = "12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p";
const RELAYED = `/ip4/192.0.2.9/tcp/9/p2p/${RELAY}/p2p-circuit`;

function peer(name: string): PeerId {
  return { toString: () => name } as PeerId;
}

/** A guard, and what it sees: each peer that is banned has connections from these addresses. */
function createFixture(addresses: readonly string[]) {
  const guard = new NodeGuard({ clock: new FakeClock() });
  const aborted: string[] = [];
  const names = ["mallory 1", "mallory 2", "mallory 3", "mallory 4"];
  const connections = names.flatMap((name) =>
    addresses.map((address) => ({
      remotePeer: peer(name),
      remoteAddr: multiaddr(address),
      direct: !address.includes("p2p-circuit"),
      abort: () => void aborted.push(name),
    } as unknown as Connection))
  );
  const node = { addEventListener: () => {}, getConnections: () => connections };
  guard.attach(node as unknown as Libp2p);
  const ban = (name: string): void => {
    for (let count = 0; count < 10; count++) guard.noteOffence(name, "malformed");
  };
  const isRefused = (address: string): unknown => {
    const connection = { remoteAddr: multiaddr(address) } as MultiaddrConnection;
    return guard.gater.denyInboundEncryptedConnection?.(peer("honest"), connection);
  };
  return { names, ban, isRefused, aborted };
}

Deno.test("NodeGuard counts a banned peer once for its host, however often it is connected", () => {
  const { names: [first = "", ...others], ban, isRefused, aborted } = createFixture(
    Array.from({ length: 32 }, () => HOST),
  );
  ban(first);
  assert.deepEqual(aborted, Array.from({ length: 32 }, () => first));
  assert.equal(isRefused(HOST), false);
  for (const name of others) ban(name);
  assert.equal(isRefused(HOST), true);
});

Deno.test("NodeGuard does not hold against a relay whom it connects", () => {
  const { names, ban, isRefused, aborted } = createFixture([RELAYED]);
  for (const name of names) ban(name);
  assert.deepEqual(aborted, names);
  assert.equal(isRefused(RELAYED), false);
});
