import assert from "node:assert/strict";
import fc from "fast-check";
import {
  InvalidJsonError,
  type JsonValue,
  toCanonicalJson,
  toJson,
} from "../../../src/codec/mod.ts";

Deno.test("toJson writes compact JSON on one line", () => {
  assert.equal(toJson({ a: [1, "x\ny\u2028"], é: null }), '{"a":[1,"x\\ny\u2028"],"é":null}');
  assert.equal(toJson([NaN, Infinity, -0]), "[null,null,0]");
});

Deno.test("toJson never writes a line break", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.doesNotMatch(toJson(value as JsonValue), /[\r\n]/);
  }));
});

Deno.test("toCanonicalJson sorts members by UTF-16 code units at every level", () => {
  // The example of RFC 8785, section 3.2.3.
  const members = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, ö: 7 };
  assert.equal(
    toCanonicalJson(members),
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  );
  assert.equal(toCanonicalJson([{ b: 1, a: { d: 2, c: 3 } }]), '[{"a":{"c":3,"d":2},"b":1}]');
  assert.equal(toCanonicalJson({ 10: 1, 9: 2 }), '{"10":1,"9":2}');
  assert.equal(toCanonicalJson(JSON.parse('{"b":1,"__proto__":2}')), '{"__proto__":2,"b":1}');
});

Deno.test("toCanonicalJson gives equal values equal texts, and keeps them", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const reversed = Object.fromEntries(Object.entries(value).reverse());
    const text = toCanonicalJson(value as JsonValue);
    assert.equal(toCanonicalJson(reversed as JsonValue), text);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("toCanonicalJson refuses what is too deep to walk", () => {
  let value: JsonValue = [];
  for (let depth = 0; depth < 200_000; depth++) value = [value];
  assert.throws(() => toCanonicalJson(value), InvalidJsonError);
});
