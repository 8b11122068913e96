import assert from "node:assert/strict";
import fc from "fast-check";
import { sha256Hex } from "../../../src/codec/mod.ts";
import { PythonFloat, pythonJson, type PythonJsonValue } from "../../../src/scheduling/mod.ts";
import vectors from "../../fixtures/scheduling/vectors.json" with { type: "json" };
import { recorded } from "./recorded.ts";

/** `JSON.parse` that knows Python's bare tokens. */
function parse(json: string): PythonJsonValue {
  const tokens = new Map([["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]]);
  const quoted = json.replace(/-?Infinity|NaN/g, '"$&"');
  return JSON.parse(quoted, (_, value) => tokens.get(value) ?? value);
}

Deno.test("pythonJson writes what CPython wrote", () => {
  for (const [json, text] of recorded<[string, string]>("dumps")) {
    assert.equal(pythonJson(parse(json)), text);
  }
});

Deno.test("pythonJson writes the texts that clocks were hashed from", () => {
  for (const { hashed_text: text, merkle_root: root } of vectors.merkle_root) {
    if (text.includes("9223372036854775808")) continue;
    assert.equal(pythonJson(JSON.parse(text)), text);
    assert.equal(sha256Hex(text), root);
  }
});

Deno.test("pythonJson tells integers from floats", () => {
  const table: [PythonJsonValue, string][] = [
    [1, "1"],
    [-0, "-0.0"],
    [new PythonFloat(1), "1.0"],
    [[["n", new PythonFloat(1)]], '[["n", 1.0]]'],
    [new PythonFloat(NaN), "NaN"],
    [2 ** 53 - 1, "9007199254740991"],
    [2 ** 53, "9007199254740992.0"],
    [1e16, "1e+16"],
    [1e-7, "1e-07"],
    [2n ** 63n, "9223372036854775808"],
    [-(10n ** 30n), "-1000000000000000000000000000000"],
  ];
  for (const [value, text] of table) assert.equal(pythonJson(value), text);
});

Deno.test("pythonJson keeps the order of members, in a Map also of integer-like ones", () => {
  const members = [["b", 1], ["10", 2], ["9", 3], ["__proto__", 4]] as const;
  assert.equal(pythonJson(new Map(members)), '{"b": 1, "10": 2, "9": 3, "__proto__": 4}');
  assert.equal(pythonJson({ b: 1, a: new Map() }), '{"b": 1, "a": {}}');
});

Deno.test("pythonJson refuses what Python's JSON has no word for", () => {
  const values: unknown[] = [undefined, Symbol("s"), () => 1, [undefined], { member: undefined }];
  for (const value of values) {
    assert.throws(() => pythonJson(value as PythonJsonValue), TypeError);
  }
});

Deno.test("pythonJson writes ASCII that JSON.parse reads back", () => {
  const value = fc.jsonValue({ stringUnit: "binary" });
  fc.assert(fc.property(value, (json) => {
    const text = pythonJson(json as PythonJsonValue);
    assert.match(text, /^[ -~]*$/);
    assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(json));
  }));
});
