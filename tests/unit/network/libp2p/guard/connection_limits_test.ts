import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  ConnectionLimits,
  type CountedConnection,
} from "../../../../../src/network/libp2p/guard/connection_limits.ts";

const HOST = "192.0.2.1";
const ASKING = { peerId: "alice", host: HOST };

function connections(
  count: number,
  toConnection: (index: number) => CountedConnection,
): readonly CountedConnection[] {
  return Array.from({ length: count }, (_, index) => toConnection(index));
}

// docs/protocol.md, 6.4
Deno.test("ConnectionLimits lets a host begin 256 connections at once, then 32 a second", async () => {
  const clock = new FakeClock();
  const limits = new ConnectionLimits(clock);
  const countBegun = (): number => {
    for (let count = 0;; count++) if (!limits.tryBegin(HOST)) return count;
  };
  assert.equal(countBegun(), 256);
  await clock.advance(1_000);
  assert.equal(countBegun(), 32);
  assert.equal(limits.tryBegin("192.0.2.2"), true);
});

Deno.test("ConnectionLimits bounds the connections of a peer, of a host, and all together", () => {
  const limits = new ConnectionLimits(new FakeClock());
  const ofPeer = (count: number) =>
    connections(count, (index) => ({ peerId: "alice", host: `${index}` }));
  assert.equal(limits.excessOf(ASKING, ofPeer(31)), undefined);
  assert.equal(limits.excessOf(ASKING, ofPeer(32)), "too_many_connections");
  const ofHost = (count: number) =>
    connections(count, (index) => ({ peerId: `${index}`, host: HOST }));
  assert.equal(limits.excessOf(ASKING, ofHost(127)), undefined);
  assert.equal(limits.excessOf(ASKING, ofHost(128)), "too_many_from_host");
  const ofOthers = (count: number) =>
    connections(count, (index) => ({ peerId: `${index}`, host: `${index}` }));
  assert.equal(limits.excessOf(ASKING, ofOthers(511)), undefined);
  assert.equal(limits.excessOf(ASKING, ofOthers(512)), "node_full");
});

Deno.test("ConnectionLimits bans a host from which banned peers keep coming", async () => {
  const clock = new FakeClock();
  const limits = new ConnectionLimits(clock);
  for (let count = 0; count < 3; count++) limits.noteBannedPeer(HOST);
  assert.equal(limits.isBanned(HOST), false);
  limits.noteBannedPeer(HOST);
  assert.equal(limits.isBanned(HOST), true);
  assert.equal(limits.isBanned(undefined), false);
  await clock.advance(60_000);
  assert.equal(limits.isBanned(HOST), false);
});

Deno.test("ConnectionLimits never bans this host", () => {
  const limits = new ConnectionLimits(new FakeClock());
  for (let count = 0; count < 100; count++) limits.noteBannedPeer("127.0.0.1");
  assert.equal(limits.isBanned("127.0.0.1"), false);
});
