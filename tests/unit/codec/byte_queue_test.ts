import assert from "node:assert/strict";
import { ByteQueue } from "../../../src/codec/byte_queue.ts";

function queueOf(...chunks: number[][]): ByteQueue {
  const queue = new ByteQueue();
  for (const chunk of chunks) queue.push(Uint8Array.from(chunk));
  return queue;
}

Deno.test("ByteQueue takes bytes across chunks", () => {
  const queue = queueOf([1, 2], [], [3], [4, 5, 6]);
  assert.equal(queue.length, 6);
  assert.deepEqual([...queue.take(1)], [1]);
  assert.deepEqual([...queue.take(3)], [2, 3, 4]);
  assert.deepEqual([...queue.take(0)], []);
  assert.deepEqual([...queue.take(2)], [5, 6]);
  assert.equal(queue.length, 0);
});

Deno.test("ByteQueue takes whole chunks in one go", () => {
  const queue = queueOf([1, 2], [3], [4]);
  assert.deepEqual([...queue.take(3)], [1, 2, 3]);
  assert.deepEqual([...queue.take(1)], [4]);
});

Deno.test("ByteQueue shows what is next, and keeps it", () => {
  const queue = queueOf([1, 2], [3], [4]);
  queue.take(1);
  assert.deepEqual([...queue.peek(2)], [2, 3]);
  assert.deepEqual([...queue.peek(9)], [2, 3, 4]);
  assert.deepEqual([...queue.take(3)], [2, 3, 4]);
  assert.deepEqual([...queue.peek(1)], []);
});

Deno.test("ByteQueue refuses to take more than there is", () => {
  assert.throws(() => queueOf([1]).take(2), RangeError);
});

Deno.test("ByteQueue finds a byte from any start", () => {
  const queue = queueOf([7, 1], [2, 7], [3]);
  assert.deepEqual([0, 1, 3, 4].map((from) => queue.indexOf(7, from)), [0, 3, 3, -1]);
  assert.equal(queue.indexOf(9), -1);
});

Deno.test("ByteQueue leaves alone what was pushed and what was taken", () => {
  const chunk = Uint8Array.of(1, 2, 3, 4);
  const queue = new ByteQueue();
  queue.push(chunk.subarray(0, 2));
  const taken = queue.take(1);
  queue.push(Uint8Array.of(9));
  const next = queue.take(2);
  queue.push(Uint8Array.of(8));
  assert.deepEqual([...chunk, ...taken, ...next], [1, 2, 3, 4, 1, 2, 9]);
});

Deno.test("ByteQueue takes in a million single bytes", () => {
  const queue = new ByteQueue();
  const chunk = Uint8Array.of(7);
  const startedMs = performance.now();
  for (let count = 0; count < 1_000_000; count++) {
    queue.push(chunk);
    assert.equal(queue.indexOf(10, count), -1);
  }
  assert.equal(queue.take(1_000_000).length, 1_000_000);
  assert.ok(performance.now() - startedMs < 5_000);
});
