import assert from "node:assert/strict";
import fc from "fast-check";
import { merkleRoot, selectOwner, taskHash, TaskOwnership } from "../../../src/scheduling/mod.ts";
import { sha256, slowDistance } from "./slow_owner.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** An id that looks like those of libp2p nodes, always the same for a number. */
function peerIdOf(number: number): string {
  const bytes = sha256(`peer ${number}`).match(/../g) ?? [];
  const digits = [...bytes, ...bytes].slice(0, 44).map((byte) => ALPHABET[parseInt(byte, 16) % 58]);
  return `12D3KooW${digits.join("")}`;
}

const taskOf = (number: number) => ({
  id: sha256(`task ${number}`).slice(0, 32),
  type: "text-generation",
  model: "gpt2",
  readyAtMs: 0,
});

function ownershipOf(peerIds: readonly string[]): TaskOwnership {
  const ownership = new TaskOwnership();
  for (const peerId of peerIds) ownership.noteClaim(peerId, "any", 0);
  return ownership;
}

const peersFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => peerIdOf(first + index));

Deno.test("TaskOwnership gives each of n peers its share of 10,000 tasks, give or take a fifth", () => {
  const tasks = Array.from({ length: 10_000 }, (_, index) => taskOf(index));
  for (const count of [2, 3, 5, 8]) {
    for (const first of [0, 100, 200]) {
      const peerIds = peersFrom(first, count);
      const ownership = ownershipOf(peerIds);
      const owned = new Map<string | undefined, number>();
      for (const task of tasks) {
        const owner = ownership.ownerOf(task, 1);
        owned.set(owner, (owned.get(owner) ?? 0) + 1);
      }
      assert.deepEqual([...owned.keys()].sort(), peerIds.toSorted());
      const shares = [...owned.values()].map((number) => number * count / tasks.length);
      assert.ok(shares.every((share) => share > 0.8 && share < 1.2), `${count}: ${shares}`);
    }
  }
});

Deno.test("TaskOwnership chooses the member that selectOwner chooses, save among equally near ones", () => {
  const peerIds = peersFrom(0, 8);
  const ownership = ownershipOf(peerIds);
  const clockHash = merkleRoot([]);
  let ties = 0;
  for (let number = 0; number < 1_000; number++) {
    const task = taskOf(number);
    const hash = taskHash({ taskId: task.id, taskType: task.type, modelName: task.model });
    const owner = ownership.ownerOf(task, 1) ?? "";
    const target = sha256(`${clockHash}:${hash}`);
    const distances = peerIds.map((peerId) => slowDistance(target, sha256(peerId)));
    const nearest = Math.min(...distances);
    assert.equal(distances[peerIds.indexOf(owner)], nearest);
    if (distances.indexOf(nearest) !== distances.lastIndexOf(nearest)) ties++;
    else assert.equal(owner, selectOwner({ peerIds, clockHash, taskHash: hash }));
  }
  assert.ok(ties > 0);
});

Deno.test("TaskOwnership moves only a member's own tasks when it comes or goes", () => {
  for (const count of [2, 3, 8]) {
    const peerIds = peersFrom(300, count);
    const [moving = "", ...others] = peerIds;
    const [all, rest] = [ownershipOf(peerIds), ownershipOf(others.toReversed())];
    let moved = 0;
    for (let number = 0; number < 1_000; number++) {
      const task = taskOf(number);
      const owner = all.ownerOf(task, 1);
      if (owner === moving) moved++;
      else assert.equal(rest.ownerOf(task, 1), owner);
    }
    assert.ok(moved > 0);
    all.forget(moving);
    rest.noteClaim(moving, "any", 1);
    const whole = ownershipOf(peerIds);
    for (let number = 0; number < 100; number++) {
      assert.notEqual(all.ownerOf(taskOf(number), 1), moving);
      assert.equal(rest.ownerOf(taskOf(number), 1), whole.ownerOf(taskOf(number), 1));
    }
  }
});

Deno.test("TaskOwnership is not moved by traffic, nor by the order in which peers came", () => {
  const peerIds = peersFrom(400, 5);
  const [ownership, reverse] = [ownershipOf(peerIds), ownershipOf(peerIds.toReversed())];
  const before = Array.from({ length: 200 }, (_, number) => ownership.ownerOf(taskOf(number), 1));
  for (let nowMs = 0; nowMs < 100; nowMs++) {
    ownership.noteClaim(peerIds[nowMs % 5] ?? "", ["text-generation", "shell"], nowMs);
  }
  for (const [number, owner] of before.entries()) {
    assert.equal(ownership.ownerOf(taskOf(number), 100), owner);
    assert.equal(reverse.ownerOf(taskOf(number), 100), owner);
  }
});

Deno.test("TaskOwnership lets anybody claim within the grace period, whoever is dead or idle", () => {
  const peers = fc.integer({ min: 1, max: 8 });
  fc.assert(fc.property(peers, fc.nat(7), fc.nat(20_000), (count, dead, readyAtMs) => {
    const peerIds = peersFrom(500, count);
    const ownership = ownershipOf(peerIds);
    const alive = peerIds.slice(Math.min(dead, count - 1));
    for (const peerId of alive) ownership.noteClaim(peerId, ["text-generation"], readyAtMs);
    for (let number = 0; number < 20; number++) {
      const task = { ...taskOf(number), readyAtMs };
      assert.equal(ownership.openAtMs(task), readyAtMs + 500);
      for (const peerId of alive) assert.ok(ownership.mayClaim(peerId, task, readyAtMs + 500));
      const owner = ownership.ownerOf(task, readyAtMs + 499);
      for (const peerId of peerIds) {
        assert.equal(ownership.mayClaim(peerId, task, readyAtMs + 499), peerId === owner);
      }
    }
  }));
});

Deno.test("TaskOwnership keeps nothing for peers that ceased to ask, or never asked for the type", () => {
  const ownership = new TaskOwnership({ recentMs: 1_000 });
  ownership.noteClaim("gone", ["shell"], 0);
  ownership.noteClaim("other", ["text"], 5_000);
  ownership.noteClaim("alive", ["shell"], 5_000);
  for (let number = 0; number < 50; number++) {
    const task = { ...taskOf(number), type: "shell", readyAtMs: 5_000 };
    assert.equal(ownership.ownerOf(task, 5_000), "alive");
    assert.ok(ownership.mayClaim("alive", task, 5_000));
  }
  assert.deepEqual(ownership.members("shell", 5_000), ["alive"]);
  assert.deepEqual(ownership.peers(5_000), ["alive", "other"]);
});

Deno.test("TaskOwnership keeps nothing for anybody when nobody asks", () => {
  const ownership = new TaskOwnership();
  assert.equal(ownership.ownerOf(taskOf(1), 0), undefined);
  assert.ok(ownership.mayClaim("peer", taskOf(1), 0));
});

Deno.test("TaskOwnership makes a peer that is no member wait for the grace period", () => {
  const ownership = ownershipOf(["member"]);
  assert.equal(ownership.mayClaim("stranger", taskOf(1), 499), false);
  assert.ok(ownership.mayClaim("stranger", taskOf(1), 500));
});

Deno.test("TaskOwnership with no grace period keeps nothing for anybody", () => {
  const ownership = new TaskOwnership({ graceMs: 0 });
  for (const peerId of ["a", "b"]) ownership.noteClaim(peerId, "any", 0);
  for (const peerId of ["a", "b"]) assert.ok(ownership.mayClaim(peerId, taskOf(1), 0));
});

Deno.test("TaskOwnership is not confused by ids that objects have as members", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "1", "0"];
  const ownership = new TaskOwnership();
  for (const name of names) ownership.noteClaim(name, names, 0);
  const owners = new Set<string | undefined>();
  for (let number = 0; number < 200; number++) {
    for (const type of names) owners.add(ownership.ownerOf({ ...taskOf(number), type }, 0));
  }
  assert.deepEqual([...owners].sort(), names.toSorted());
  assert.deepEqual(ownership.members("valueOf", 0), []);
});

Deno.test("TaskOwnership fails for no id, Unicode text or not", () => {
  const ownership = ownershipOf(["\ud800", "", " ", "\udc00"]);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (id) => {
    assert.ok(ownership.ownerOf({ id, type: id, model: id }, 0) !== undefined);
  }));
});

Deno.test("TaskOwnership changes its epoch with the membership", () => {
  const ownership = ownershipOf(["a"]);
  const { epoch } = ownership;
  ownership.noteClaim("a", "any", 1);
  assert.equal(ownership.epoch, epoch);
  ownership.noteClaim("b", ["shell"], 1);
  assert.notEqual(ownership.epoch, epoch);
});

Deno.test("TaskOwnership refuses options that make no sense", () => {
  const wrong = [-1, NaN, Infinity];
  for (const value of wrong) {
    assert.throws(() => new TaskOwnership({ graceMs: value }), RangeError);
    assert.throws(() => new TaskOwnership({ recentMs: value }), RangeError);
    assert.throws(() => new TaskOwnership({ maxMembers: value }), RangeError);
  }
  assert.throws(() => new TaskOwnership({ maxMembers: 0 }), RangeError);
  assert.throws(() => new TaskOwnership({ maxMembers: 1.5 }), RangeError);
});
