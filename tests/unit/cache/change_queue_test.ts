import assert from "node:assert/strict";
import { ChangeQueue } from "../../../src/cache/change_queue.ts";
import { changeOf, START_MS } from "./make_cache.ts";

function queued(key: string, { atMs = 0, sizeBytes = 1 } = {}) {
  const version = { atMs: START_MS + atMs, peerId: "here" };
  return { change: changeOf({ key, value: atMs, version }), sizeBytes };
}

const LIMITS = { maxQueued: 3, maxQueuedBytes: 100 };

function keysOf(queue: ChangeQueue): string {
  return queue.take(99).map(({ change }) => `${change.key}${change.value}`).join(" ");
}

Deno.test("ChangeQueue gives the oldest first", () => {
  const queue = new ChangeQueue(LIMITS);
  for (const key of "abc") assert.equal(queue.push(queued(key)), 0);
  assert.deepEqual(queue.take(2).map(({ change }) => change.key), ["a", "b"]);
  assert.equal(queue.size, 1);
  assert.equal(keysOf(queue), "c0");
  assert.deepEqual(queue.take(1), []);
});

Deno.test("ChangeQueue keeps the newest change of each key, in the place of the first", () => {
  const queue = new ChangeQueue(LIMITS);
  for (const key of "ab") queue.push(queued(key, { atMs: 5 }));
  queue.push(queued("a", { atMs: 6 }));
  queue.push(queued("b", { atMs: 4 }));
  assert.equal(keysOf(queue), "a6 b5");
});

Deno.test("ChangeQueue drops the oldest when there are too many", () => {
  const queue = new ChangeQueue(LIMITS);
  for (const key of "abc") queue.push(queued(key));
  assert.equal(queue.push(queued("d")), 1);
  assert.equal(keysOf(queue), "b0 c0 d0");
});

Deno.test("ChangeQueue drops the oldest when they take too much", () => {
  const queue = new ChangeQueue(LIMITS);
  for (const key of "abc") queue.push(queued(key, { sizeBytes: 33 }));
  assert.equal(queue.push(queued("c", { atMs: 1, sizeBytes: 50 })), 1);
  assert.equal(queue.push(queued("b", { atMs: 1, sizeBytes: 50 })), 0);
  assert.equal(keysOf(queue), "b1 c1");
  assert.equal(queue.push(queued("x", { sizeBytes: 101 })), 1);
  assert.equal(queue.size, 0);
  assert.equal(queue.push(queued("y", { sizeBytes: 100 })), 0);
});
