import assert from "node:assert/strict";
import fc from "fast-check";
import { type BackoffOptions, exponentialBackoffMs } from "../../../src/concurrency/mod.ts";

Deno.test("exponentialBackoffMs grows by the factor up to the maximum", () => {
  const options = { baseDelayMs: 10, maxDelayMs: 200, factor: 3, jitter: 0 };
  const delays = [1, 2, 3, 4, 1_000].map((attempt) => exponentialBackoffMs(attempt, options));
  assert.deepEqual(delays, [10, 30, 90, 200, 200]);
});

Deno.test("exponentialBackoffMs takes away a random part", () => {
  const options = { baseDelayMs: 100, random: () => 0.5 };
  assert.equal(exponentialBackoffMs(1, { ...options, jitter: 0.2 }), 90);
  assert.equal(exponentialBackoffMs(1, { ...options, jitter: 1 }), 50);
  assert.equal(exponentialBackoffMs(1, options), 50);
});

Deno.test("exponentialBackoffMs starts at 100 ms and stays within 10 s by default", () => {
  assert.equal(exponentialBackoffMs(1, { jitter: 0 }), 100);
  assert.equal(exponentialBackoffMs(2, { jitter: 0 }), 200);
  assert.equal(exponentialBackoffMs(50, { jitter: 0 }), 10_000);
});

Deno.test("exponentialBackoffMs of a base of 0 is 0 after any number of attempts", () => {
  assert.equal(exponentialBackoffMs(10_000, { baseDelayMs: 0 }), 0);
});

Deno.test("exponentialBackoffMs stays between the unjittered delay and its fixed part", () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fraction, fraction, (n, jitter, dice) => {
      const fullMs = exponentialBackoffMs(n, { jitter: 0 });
      const delayMs = exponentialBackoffMs(n, { jitter, random: () => dice });
      assert.ok(delayMs <= fullMs && delayMs >= fullMs * (1 - jitter));
    }),
  );
});

const MISUSES: readonly [number, BackoffOptions][] = [
  [0, {}],
  [NaN, {}],
  [1, { baseDelayMs: -1 }],
  [1, { maxDelayMs: NaN }],
  [1, { factor: 0.5 }],
  [1, { jitter: 1.5 }],
  [1, { jitter: NaN }],
];
for (const [attempt, options] of MISUSES) {
  const [name = "attempt"] = Object.keys(options);
  Deno.test(`exponentialBackoffMs refuses ${name}: ${attempt}, ${Object.values(options)}`, () => {
    assert.throws(() => exponentialBackoffMs(attempt, options), {
      name: "RangeError",
      message: new RegExp(name),
    });
  });
}
