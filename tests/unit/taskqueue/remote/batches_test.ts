import assert from "node:assert/strict";
import { settleEach, toBatches } from "../../../../src/taskqueue/remote/batches.ts";

function items(...lengths: readonly number[]) {
  return lengths.map((length, index) => ({ index, input: index, wire: { a: "x".repeat(length) } }));
}

function sizes(batches: readonly (readonly unknown[])[]): readonly number[] {
  return batches.map((batch) => batch.length);
}

Deno.test("toBatches puts no more into a request than it takes by number", () => {
  assert.deepEqual(sizes(toBatches(items(1, 1, 1, 1, 1), 2)), [2, 2, 1]);
  assert.deepEqual(toBatches([], 2), []);
});

Deno.test("toBatches puts no more into a request than it takes by length", () => {
  const batches = toBatches(items(600_000, 500_000, 400_000, 2_000_000, 10), 256);
  assert.deepEqual(batches.map((batch) => batch.map(({ index }) => index)), [[0], [1, 2], [3], [
    4,
  ]]);
  const [, batch = []] = batches;
  assert.ok(JSON.stringify(batch.map(({ wire }) => wire)).length < 1024 * 1024);
});

Deno.test("toBatches counts bytes and not characters", () => {
  const wire = { a: "\u6a21".repeat(200_000) };
  const wide = [0, 1].map((index) => ({ index, input: index, wire }));
  assert.deepEqual(sizes(toBatches(wide, 256)), [1, 1]);
});

Deno.test("settleEach does some at a time and tells of all", async () => {
  let running = 0;
  let most = 0;
  const results = await settleEach([1, 2, 3, 4, 5], async (n) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (n === 3) throw new Error("three");
    return n * 2;
  }, { maxConcurrent: 2 });
  assert.equal(most, 2);
  assert.deepEqual(
    results.map((result) => result.status === "fulfilled" ? result.value : result.reason.message),
    [2, 4, "three", 8, 10],
  );
});

Deno.test("settleEach rejects with the reason of its signal", async () => {
  const controller = new AbortController();
  const working = settleEach([1, 2], () => {
    controller.abort(new Error("gave up"));
  }, { maxConcurrent: 1, signal: controller.signal });
  await assert.rejects(working, /gave up/);
});
