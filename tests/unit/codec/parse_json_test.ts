import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidJsonError, isJsonObject, parseJson, toJson } from "../../../src/codec/mod.ts";

Deno.test("parseJson reads Python's bare tokens as null, outside strings only", () => {
  const table: [string, unknown][] = [
    ["NaN", null],
    [" -Infinity ", null],
    ['{"a": NaN, "b": [Infinity, -Infinity], "c": -1}', { a: null, b: [null, null], c: -1 }],
    ['{"NaN": "NaN Infinity", "x\\"NaN": NaN}', { NaN: "NaN Infinity", 'x"NaN': null }],
    ['["\\\\", NaN, "\\\\\\"", Infinity]', ["\\", null, '\\"', null]],
    ['"NaN"', "NaN"],
  ];
  for (const [text, expected] of table) assert.deepEqual(parseJson(text), expected);
});

Deno.test("parseJson refuses what is not JSON, also after the tokens are replaced", () => {
  const texts = [
    "",
    " ",
    "{",
    "nul",
    "1NaN",
    "-NaN",
    "NaNNaN",
    "xNaN",
    "{NaN: 1}",
    '["a" NaN]',
    '"NaN',
  ];
  for (const text of [...texts, "[1,]", "'a'", "\ufeff{}", "NaN Infinity", "--Infinity"]) {
    assert.throws(() => parseJson(text), InvalidJsonError, text);
  }
});

Deno.test("parseJson does not repeat the text in its error", () => {
  assert.throws(() => parseJson('{"token": s3cret}'), (error) => {
    assert.ok(error instanceof InvalidJsonError);
    assert.equal(error.code, "invalid_json");
    assert.doesNotMatch(Deno.inspect(error), /s3cret/);
    return true;
  });
});

Deno.test("parseJson refuses deep nesting, and counts no bracket inside a string", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  parseJson(nested(256));
  assert.throws(() => parseJson(nested(257)), InvalidJsonError);
  assert.throws(() => parseJson('{"a":'.repeat(300) + "1" + "}".repeat(300)), InvalidJsonError);
  assert.throws(() => parseJson("[".repeat(1_000_000)), InvalidJsonError);
  assert.equal(
    parseJson(`"${"[".repeat(1_000)}\\"${"[".repeat(1_000)}"`),
    "[".repeat(1_000) + '"' + "[".repeat(1_000),
  );
  const wide = `[${Array(1_000).fill("[]").join(",")}]`;
  assert.equal(JSON.stringify(parseJson(wide)), wide);
});

Deno.test("parseJson takes linear time for hostile texts", () => {
  const startedMs = performance.now();
  for (
    const text of ['"\\"'.repeat(500_000), '\\"'.repeat(500_000) + "NaN", "NaN".repeat(300_000)]
  ) {
    assert.throws(() => parseJson(text), InvalidJsonError);
  }
  assert.ok(performance.now() - startedMs < 5_000);
});

Deno.test("parseJson agrees with JSON.parse, and undoes toJson", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assert.deepEqual(parseJson(text), JSON.parse(text));
    const parsed = parseJson(text);
    assert.deepEqual(parseJson(toJson(parsed)), parsed);
  }));
});

Deno.test("parseJson throws nothing but its own error", () => {
  const noise = fc.oneof(
    fc.string(),
    fc.array(
      fc.constantFrom("NaN", "-Infinity", '"', "\\", "[", "]", "{", "}", ":", ",", "1", "null"),
    )
      .map((tokens) => tokens.join("")),
  );
  fc.assert(
    fc.property(noise, (text) => {
      try {
        parseJson(text);
      } catch (error) {
        assert.ok(error instanceof InvalidJsonError);
        assert.throws(() => JSON.parse(text));
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("isJsonObject tells objects from everything else", () => {
  assert.equal(isJsonObject({}), true);
  for (const value of [null, [], "", 0, true]) assert.equal(isJsonObject(value), false);
});
