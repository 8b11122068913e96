import assert from "node:assert/strict";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import { PeerMemory } from "../../../../src/taskqueue/remote/peer_memory.ts";

function createMemory(maxPeers = 10): { clock: FakeClock; memory: PeerMemory } {
  const clock = new FakeClock(0);
  return { clock, memory: new PeerMemory({ clock, ttlMs: 1_000, maxPeers }) };
}

Deno.test("PeerMemory keeps what was found out about a peer, for its time", async () => {
  const { clock, memory } = createMemory();
  memory.recall("a").isLineOnly = true;
  await clock.advance(999);
  assert.equal(memory.recall("a").isLineOnly, true);
  assert.equal(memory.recall("b").isLineOnly, false);
  await clock.advance(1);
  assert.equal(memory.recall("a").isLineOnly, false);
});

Deno.test("PeerMemory knows a peer by its address and by its id", () => {
  const { memory } = createMemory();
  memory.recall("/address").isLineOnly = true;
  memory.identify("/address", "a");
  assert.equal(memory.recall("a").isLineOnly, true);
  memory.recall("a").kind = "python";
  assert.equal(memory.recall("/address").kind, "python");
});

Deno.test("PeerMemory lets an address share what is known of its peer already", () => {
  const { memory } = createMemory();
  memory.recall("a").kind = "mcpp";
  memory.recall("/address");
  memory.identify("/address", "a");
  assert.equal(memory.recall("/address").kind, "mcpp");
});

Deno.test("PeerMemory does not take one peer for another at the same address", () => {
  const { memory } = createMemory();
  memory.recall("/address").isLineOnly = true;
  memory.identify("/address", "a");
  memory.identify("/address", "b");
  assert.equal(memory.recall("b").isLineOnly, false);
  assert.equal(memory.recall("/address").isLineOnly, false);
  assert.equal(memory.recall("a").isLineOnly, true);
});

Deno.test("PeerMemory forgets the oldest when it is full", () => {
  const { memory } = createMemory(3);
  for (const name of ["a", "b", "c", "d", "e"]) memory.recall(name).kind = "mcpp";
  assert.equal(memory.size, 3);
  assert.equal(memory.recall("e").kind, "mcpp");
  assert.equal(memory.recall("a").kind, undefined);
});
