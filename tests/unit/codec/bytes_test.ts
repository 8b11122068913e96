import assert from "node:assert/strict";
import { concatBytes, equalBytes } from "../../../src/codec/mod.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

Deno.test("concatBytes puts pieces together, none, one or many", () => {
  assert.deepEqual(concatBytes([]), bytes());
  assert.deepEqual(concatBytes([bytes(1, 2)]), bytes(1, 2));
  assert.deepEqual(concatBytes([bytes(1), bytes(), bytes(2, 3)]), bytes(1, 2, 3));
});

Deno.test("equalBytes compares every byte and the length", () => {
  assert.equal(equalBytes(bytes(1, 2), bytes(1, 2)), true);
  assert.equal(equalBytes(bytes(1, 2), bytes(1, 3)), false);
  assert.equal(equalBytes(bytes(1, 2), bytes(1, 2, 0)), false);
});
