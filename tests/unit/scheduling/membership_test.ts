import assert from "node:assert/strict";
import { Membership } from "../../../src/scheduling/membership.ts";

const create = (maxMembers = 10): Membership => new Membership({ recentMs: 1_000, maxMembers });
const ids = (membership: Membership, type: string, nowMs: number): string[] =>
  membership.candidates(type, nowMs).map(({ peerId }) => peerId);

Deno.test("Membership lists who asked for a type or for any, sorted", () => {
  const membership = create();
  membership.note("c", ["shell", "text"], 0);
  membership.note("a", ["text"], 0);
  membership.note("b", "any", 0);
  assert.deepEqual(ids(membership, "text", 0), ["a", "b", "c"]);
  assert.deepEqual(ids(membership, "shell", 0), ["b", "c"]);
  assert.deepEqual(ids(membership, "other", 0), ["b"]);
  assert.deepEqual(membership.peerIds(0), ["a", "b", "c"]);
});

Deno.test("Membership forgets who asked too long ago, for each type by itself", () => {
  const membership = create();
  membership.note("a", ["text", "shell"], 0);
  membership.note("b", "any", 500);
  membership.note("a", ["text"], 900);
  assert.deepEqual(ids(membership, "shell", 1_000), ["a", "b"]);
  assert.deepEqual(ids(membership, "shell", 1_001), ["b"]);
  assert.deepEqual(ids(membership, "shell", 1_501), []);
  assert.deepEqual(ids(membership, "text", 1_900), ["a"]);
  assert.deepEqual(membership.peerIds(1_900), ["a"]);
  assert.deepEqual(membership.peerIds(1_901), []);
});

Deno.test("Membership is prolonged by asking again, by either way of asking", () => {
  const membership = create();
  membership.note("a", ["text"], 0);
  assert.deepEqual(ids(membership, "text", 10), ["a"]);
  membership.note("a", "any", 800);
  assert.deepEqual(ids(membership, "text", 1_500), ["a"]);
  assert.deepEqual(ids(membership, "text", 1_801), []);
});

Deno.test("Membership changes its epoch when somebody comes or goes, and not otherwise", () => {
  const membership = create();
  const epochAfter = (change: () => void): number => {
    const before = membership.epoch;
    change();
    return membership.epoch - before;
  };
  assert.equal(epochAfter(() => membership.note("a", ["text"], 0)), 1);
  assert.equal(epochAfter(() => membership.note("a", ["text"], 10)), 0);
  assert.equal(epochAfter(() => ids(membership, "text", 20)), 0);
  assert.equal(epochAfter(() => membership.note("a", ["text", "shell"], 20)), 1);
  assert.equal(epochAfter(() => ids(membership, "text", 20)), 0);
  assert.equal(epochAfter(() => ids(membership, "text", 2_000)), 1);
  assert.equal(epochAfter(() => membership.note("a", ["text"], 2_000)), 1);
  assert.equal(epochAfter(() => membership.forget("a")), 1);
  assert.equal(epochAfter(() => membership.forget("a")), 0);
});

Deno.test("Membership drops a forgotten peer at once", () => {
  const membership = create();
  membership.note("a", "any", 0);
  membership.note("b", "any", 0);
  assert.deepEqual(ids(membership, "text", 0), ["a", "b"]);
  membership.forget("a");
  assert.deepEqual(ids(membership, "text", 0), ["b"]);
});

Deno.test("Membership lets the peer go that has not asked for longest when it is full", () => {
  const membership = create(2);
  membership.note("a", "any", 0);
  membership.note("b", "any", 1);
  membership.note("a", "any", 2);
  membership.note("c", "any", 3);
  assert.deepEqual(ids(membership, "text", 3), ["a", "c"]);
});

Deno.test("Membership stays bounded however many peers and types are named", () => {
  const membership = create(50);
  for (let index = 0; index < 5_000; index++) {
    membership.note(`peer-${index}`, ["text"], index / 10);
  }
  assert.equal(ids(membership, "text", 500).length, 50);
  const types = Array.from({ length: 1_000 }, (_, index) => `type-${index}`);
  membership.note("many", types, 500);
  assert.equal(types.filter((type) => ids(membership, type, 500).length > 0).length, 256);
  // Room is made for new types when the old ones are not asked for any more.
  membership.note("many", ["type-999"], 2_000);
  assert.deepEqual(ids(membership, "type-999", 2_000), ["many"]);
  assert.deepEqual(ids(membership, "type-0", 2_000), []);
});

Deno.test("Membership notes nothing for a peer that asks for nothing", () => {
  const membership = create(1);
  membership.note("a", "any", 0);
  membership.note("b", [], 0);
  assert.deepEqual(membership.peerIds(0), ["a"]);
  assert.equal(membership.epoch, 1);
});

Deno.test("Membership has no members from the future after a clock was set back", () => {
  const membership = create();
  membership.note("gone", "any", 1_000_000);
  membership.note("alive", "any", 1_000_000);
  assert.deepEqual(ids(membership, "text", 1_000_000), ["alive", "gone"]);
  membership.note("alive", ["text"], 5_000);
  assert.deepEqual(ids(membership, "text", 5_000), ["alive"]);
  assert.deepEqual(membership.peerIds(5_000), ["alive"]);
});
