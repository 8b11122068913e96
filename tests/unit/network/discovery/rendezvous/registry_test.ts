import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  DEFAULT_RENDEZVOUS_LIMITS,
  type RendezvousLimits,
} from "../../../../../src/network/discovery/rendezvous/limits.ts";
import { Registry } from "../../../../../src/network/discovery/rendezvous/registry.ts";

interface Fixture {
  readonly clock: FakeClock;
  readonly registry: Registry;
  register(peerId: string, options?: { namespace?: string; ttlMs?: number }): string | undefined;
  peersIn(namespace: string | undefined, afterSerial?: number): readonly string[];
}

function createFixture(limits: Partial<RendezvousLimits> = {}): Fixture {
  const clock = new FakeClock();
  const registry = new Registry(clock, { ...DEFAULT_RENDEZVOUS_LIMITS, ...limits });
  return {
    clock,
    registry,
    register: (peerId, { namespace = "a", ttlMs = 1000 } = {}) =>
      registry.register({ peerId, namespace, ttlMs, signedPeerRecord: new Uint8Array(0) }),
    peersIn: (namespace, afterSerial = 0) =>
      [...registry.list({ namespace, afterSerial, limit: 10_000 })].map(({ peerId }) => peerId),
  };
}

Deno.test("Registry lists the peers of a namespace, or all, oldest first", () => {
  const { register, peersIn } = createFixture();
  register("alice");
  register("bob", { namespace: "b" });
  register("carol");
  assert.deepEqual(peersIn("a"), ["alice", "carol"]);
  assert.deepEqual(peersIn("b"), ["bob"]);
  assert.deepEqual(peersIn(undefined), ["alice", "bob", "carol"]);
  assert.deepEqual(peersIn("c"), []);
});

Deno.test("Registry lists a peer once, and after those that have come before its renewal", () => {
  const { register, peersIn, registry } = createFixture();
  for (const peerId of ["alice", "bob", "alice"]) register(peerId);
  assert.deepEqual(peersIn("a"), ["bob", "alice"]);
  const [bob] = registry.list({ namespace: "a", afterSerial: 0, limit: 1 });
  assert.deepEqual(peersIn("a", bob?.serial), ["alice"]);
});

Deno.test("Registry forgets a peer when its time is over, and not before", async () => {
  const { clock, register, peersIn, registry } = createFixture();
  register("alice", { ttlMs: 1000 });
  register("bob", { ttlMs: 2000 });
  await clock.advance(999);
  assert.deepEqual(peersIn("a"), ["alice", "bob"]);
  const [alice] = registry.list({ namespace: "a", afterSerial: 0, limit: 1 });
  assert.ok(alice !== undefined);
  assert.equal(registry.remainingMs(alice), 1);
  await clock.advance(1);
  assert.deepEqual(peersIn("a"), ["bob"]);
  register("bob", { ttlMs: 2000 });
  await clock.advance(1999);
  assert.equal(registry.size, 1);
  await clock.advance(1);
  assert.equal(registry.size, 0);
});

Deno.test("Registry forgets who says so, in that namespace only", () => {
  const { register, peersIn, registry } = createFixture();
  register("alice");
  register("alice", { namespace: "b" });
  registry.unregister("alice", "a");
  registry.unregister("alice", "never");
  registry.unregister("bob", "b");
  assert.deepEqual(peersIn(undefined), ["alice"]);
  assert.deepEqual(peersIn("b"), ["alice"]);
});

Deno.test("Registry says what is full, and still renews what it has", async () => {
  const limits = { maxRegistrations: 4, maxPeersPerNamespace: 2, maxRegistrationsPerPeer: 2 };
  const { clock, register } = createFixture(limits);
  assert.equal(register("alice"), undefined);
  assert.equal(register("bob"), undefined);
  assert.equal(register("carol"), "namespace");
  assert.equal(register("alice", { namespace: "b" }), undefined);
  assert.equal(register("alice", { namespace: "c" }), "peer");
  assert.equal(register("bob", { namespace: "b" }), undefined);
  assert.equal(register("carol", { namespace: "c" }), "point");
  assert.equal(register("alice"), undefined);
  await clock.advance(1000);
  assert.equal(register("carol", { namespace: "c" }), undefined);
});

Deno.test("Registry is as a plain list would be, after any calls", () => {
  const peerId = fc.constantFrom("alice", "bob", "carol", "dave");
  const namespace = fc.constantFrom("a", "b", "c");
  const call = fc.record({ peerId, namespace, isLeaving: fc.boolean() });
  fc.assert(fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
    const { register, peersIn, registry } = createFixture();
    let model: (readonly [namespace: string, peerId: string])[] = [];
    for (const { peerId, namespace, isLeaving } of calls) {
      model = model.filter(([place, peer]) => place !== namespace || peer !== peerId);
      if (isLeaving) registry.unregister(peerId, namespace);
      else {
        register(peerId, { namespace });
        model.push([namespace, peerId]);
      }
    }
    assert.deepEqual(peersIn(undefined), model.map(([, peer]) => peer));
    for (const place of ["a", "b", "c"]) {
      const expected = model.filter(([name]) => name === place).map(([, peer]) => peer);
      assert.deepEqual(peersIn(place), expected);
    }
    assert.equal(registry.size, model.length);
  }));
});
