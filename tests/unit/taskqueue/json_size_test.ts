import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../../src/codec/mod.ts";
import { isAtMost, jsonBytes, measureJson, surelyFits } from "../../../src/taskqueue/json_size.ts";

const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));

Deno.test("surelyFits never says so of what does not fit", () => {
  fc.assert(
    fc.property(json, fc.nat({ max: 2_000 }), (value, maxBytes) => {
      if (surelyFits(value, maxBytes)) assert.ok(jsonBytes(value) <= maxBytes);
    }),
    { numRuns: 500 },
  );
});

Deno.test("isAtMost agrees with the exact length", () => {
  fc.assert(fc.property(json, fc.nat({ max: 2_000 }), (value, maxBytes) => {
    assert.equal(isAtMost(value, maxBytes), jsonBytes(value) <= maxBytes);
  }));
});

Deno.test("surelyFits knows of most small values without a closer look", () => {
  const task = { a: "x".repeat(1_000), b: [1, 2.5, true, null, { c: "é\u0001\u{1F600}" }] };
  assert.ok(surelyFits(task, 10_000));
  assert.equal(surelyFits(task, 1_000), false);
});

Deno.test("measureJson is exact where it comes near to the limit", () => {
  const value = { text: "é".repeat(100) };
  assert.equal(measureJson(value, 10_000), 0);
  assert.equal(measureJson(value, 211), 211);
});

Deno.test("measureJson refuses what is nested too deeply", () => {
  let value: JsonValue = null;
  for (let depth = 0; depth < 300; depth++) value = [value];
  assert.throws(() => measureJson(value, 1e6), { code: "invalid_json" });
  for (let depth = 0; depth < 100_000; depth++) value = { value };
  assert.throws(() => measureJson(value, 1e9), { code: "invalid_json" });
});
