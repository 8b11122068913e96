import assert from "node:assert/strict";
import fc from "fast-check";
import { merkleRoot } from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };
import { recorded } from "./recorded.ts";

type Entries = readonly (readonly [string, bigint])[];

const toEntries = (entries: readonly (readonly (string | number)[])[]): Entries =>
  entries.map(([nodeId = "", counter = 0]) => [String(nodeId), BigInt(counter)]);

Deno.test("merkleRoot is the root of deployed peers", () => {
  for (const { name, vector_entries: entries, merkle_root: root } of vectors.merkle_root) {
    assert.equal(merkleRoot(toEntries(entries)), root, name);
  }
});

Deno.test("merkleRoot is the root that CPython computed, whatever the ids and counters", () => {
  for (
    const [entries, text, root] of recorded<[[string, string][], string, string]>("merkle_root")
  ) {
    assert.equal(merkleRoot(toEntries(entries)), root, text);
  }
});

Deno.test("merkleRoot does not depend on the order of entries", () => {
  const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: "binary" }), fc.bigInt()), {
    selector: ([nodeId]) => nodeId,
  });
  fc.assert(fc.property(entries, (list) => {
    assert.equal(merkleRoot(list.toReversed()), merkleRoot(new Map(list)));
  }));
});

Deno.test("merkleRoot lets the last entry of an id count", () => {
  assert.equal(merkleRoot([["a", 1n], ["b", 2n], ["a", 3n]]), merkleRoot([["b", 2n], ["a", 3n]]));
});
