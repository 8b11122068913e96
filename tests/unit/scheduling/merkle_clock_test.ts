import assert from "node:assert/strict";
import fc from "fast-check";
import { MerkleClock, merkleRoot } from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };
import { recorded } from "./recorded.ts";

interface RecordedClock {
  readonly "node_id": string;
  readonly vector: readonly (readonly [string, string])[];
  readonly "merkle_root": string;
}

/** `JSON.parse` that knows Python's `NaN`. */
const parse = (json: string): unknown =>
  JSON.parse(json.replace("NaN", '"NaN"'), (_, value) => value === "NaN" ? NaN : value);

const entriesOf = (clock: MerkleClock | undefined): [string, string][] =>
  [...clock?.vector ?? []].map(([nodeId, counter]) => [nodeId, String(counter)]);

const fromJson = (value: unknown): MerkleClock => {
  const clock = MerkleClock.fromJson(value);
  assert.ok(clock !== undefined);
  return clock;
};

Deno.test("MerkleClock goes through the states of deployed peers", () => {
  for (const { steps } of vectors.clock_sequences) {
    const clock = new MerkleClock(steps[0]?.node_id ?? "");
    for (const { op, other, after } of steps) {
      if (op === "tick") clock.tick();
      if (op === "update") clock.update(fromJson(other));
      assert.equal(clock.nodeId, after.node_id);
      const entries = after.vector_entries.map(([id, counter]) => [id, String(counter)]);
      assert.deepEqual(entriesOf(clock), entries);
      assert.equal(clock.root, after.merkle_root);
    }
  }
});

Deno.test("MerkleClock.fromJson reads clocks as deployed peers do", () => {
  for (const vector of vectors.clock_from_dict) {
    if (vector.class !== "taskqueue") continue;
    const clock = MerkleClock.fromJson(vector.input, { keepRoot: true });
    if (vector.vector === undefined) {
      assert.equal(clock, undefined, vector.name);
      continue;
    }
    assert.equal(clock?.nodeId, vector.node_id);
    assert.equal(clock?.root, vector.get_hash, vector.name);
    const entries = Object.entries(vector.vector).map(([id, counter]) => [id, String(counter)]);
    assert.deepEqual(entriesOf(clock), entries);
  }
});

Deno.test("MerkleClock.fromJson converts what CPython converts, and refuses the rest", () => {
  for (const [json, expected] of recorded<[string, RecordedClock | null]>("clock_from_dict")) {
    const clock = MerkleClock.fromJson(parse(json), { keepRoot: true });
    assert.equal(clock?.nodeId, expected?.node_id, json);
    assert.deepEqual(entriesOf(clock), expected?.vector ?? [], json);
    assert.equal(clock?.root, expected?.merkle_root, json);
  }
});

Deno.test("MerkleClock.fromJson refuses what is no object, and ids that are lists", () => {
  const values = [null, undefined, 1, "clock", [], { "node_id": ["a"] }, { "node_id": { a: 1 } }];
  for (const value of [...values, { "merkle_root": [1] }]) {
    assert.equal(MerkleClock.fromJson(value), undefined, Deno.inspect(value));
  }
});

Deno.test("MerkleClock.fromJson computes the root itself unless told to keep a supplied one", () => {
  const json = { "node_id": "n", "vector": { n: 1 }, "merkle_root": "deadbeef" };
  assert.equal(MerkleClock.fromJson(json)?.root, merkleRoot([["n", 1n]]));
  const kept = MerkleClock.fromJson(json, { keepRoot: true });
  assert.equal(kept?.root, "deadbeef");
  kept?.tick();
  assert.equal(kept?.root, merkleRoot([["n", 2n]]));
});

Deno.test("MerkleClock.fromJson refuses clocks beyond its bounds", () => {
  const many = Object.fromEntries(Array.from({ length: 3 }, (_, index) => [`n${index}`, 1]));
  const read = (node: string, maxEntries: number) =>
    MerkleClock.fromJson({ "node_id": node, "vector": many }, { maxEntries })?.vector.size;
  assert.equal(read("n0", 3), 3);
  assert.equal(read("", 3), 3);
  assert.equal(read("own", 3), undefined);
  assert.equal(read("own", 4), 4);
  assert.equal(read("n0", 2), undefined);
  const counter = (value: unknown) =>
    MerkleClock.fromJson({ "vector": { a: value } }, { maxCounter: 10n })?.vector.get("a");
  assert.equal(counter("10"), 10n);
  assert.equal(counter(11), undefined);
  const flood = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`n${index}`, 1]));
  assert.equal(MerkleClock.fromJson({ "vector": flood }), undefined);
});

Deno.test("MerkleClock takes over no more nodes and no larger counters than it may", () => {
  const clock = new MerkleClock("own", { maxEntries: 2, maxCounter: 100n });
  clock.update(new MerkleClock("a", { vector: [["a", 5n]] }));
  clock.update(new MerkleClock("b", { vector: [["b", 6n], ["a", 101n], ["own", 50n]] }));
  assert.deepEqual(entriesOf(clock), [["own", "51"], ["a", "5"]]);
});

Deno.test("MerkleClock refuses bounds that are none, and more entries than they allow", () => {
  const twoEntries = { vector: [["a", 1n], ["b", 1n]] as const, maxEntries: 2 };
  assert.throws(() => new MerkleClock("own", twoEntries), RangeError);
  new MerkleClock("a", twoEntries);
  for (const maxEntries of [0, -1, 1.5, NaN]) {
    assert.throws(() => new MerkleClock("own", { maxEntries }), RangeError);
  }
});

Deno.test("MerkleClock without a node id has no counter, never ticks, and keeps its root", () => {
  const clock = new MerkleClock("");
  assert.equal(clock.root, merkleRoot([]));
  clock.tick();
  clock.update(new MerkleClock("a", { vector: [["a", 1n]] }));
  assert.deepEqual(entriesOf(clock), [["a", "1"]]);
  assert.equal(clock.root, merkleRoot([]));
});

Deno.test("MerkleClock writes what it reads", () => {
  const clock = new MerkleClock("n", { vector: [["10", 2n ** 64n + 1n], ["__proto__", 7n]] });
  const json = clock.toJson();
  assert.equal(
    JSON.stringify(json),
    `{"node_id":"n","vector":{"10":"18446744073709551617","__proto__":7,"n":0},` +
      `"merkle_root":"${clock.root}"}`,
  );
  const copy = fromJson(JSON.parse(JSON.stringify(json)));
  assert.deepEqual(entriesOf(copy), entriesOf(clock));
  assert.equal(copy.root, clock.root);
});

Deno.test("MerkleClock only grows, and knows the larger counter of every node", () => {
  const nodeId = fc.constantFrom("own", "a", "b", "__proto__", "1");
  const vector = fc.array(fc.tuple(nodeId, fc.bigInt({ min: -3n, max: 2n ** 70n })), {
    maxLength: 4,
  });
  fc.assert(fc.property(vector, vector, (ours, theirs) => {
    const clock = new MerkleClock("own", { vector: ours });
    const before = new Map(clock.vector);
    const other = new MerkleClock("other", { vector: theirs });
    clock.update(other);
    for (const id of new Set([...before.keys(), ...other.vector.keys()])) {
      const [mine = 0n, yours] = [before.get(id), other.vector.get(id)];
      const larger = yours !== undefined && yours > mine ? yours : mine;
      assert.equal(clock.vector.get(id), id === "own" ? larger + 1n : larger);
    }
    assert.equal(clock.root, merkleRoot(clock.vector));
  }));
});
