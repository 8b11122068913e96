import assert from "node:assert/strict";
import fc from "fast-check";
import { hammingDistance } from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };
import { recorded } from "./recorded.ts";
import { sha256, slowDistance } from "./slow_owner.ts";

Deno.test("hammingDistance is the distance of deployed peers", () => {
  for (const { a, b, taskqueue } of vectors.hamming_distance) {
    assert.equal(hammingDistance(a, b), taskqueue, `${a} ${b}`);
  }
});

Deno.test("hammingDistance reads texts as CPython did, with signs, prefixes and foreign digits", () => {
  for (const [a, b, distance] of recorded<[string, string, number]>("hamming")) {
    assert.equal(hammingDistance(a, b), distance, JSON.stringify([a, b]));
  }
});

Deno.test("hammingDistance counts the bits in which two digests differ", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    assert.equal(hammingDistance(sha256(a), sha256(b)), slowDistance(sha256(a), sha256(b)));
  }));
});

Deno.test("hammingDistance never throws, and is the same both ways", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[-+]?(0x)?[0-9a-f_]*$/));
  fc.assert(fc.property(text, text, (a, b) => {
    assert.equal(hammingDistance(a, b), hammingDistance(b, a));
  }));
});
