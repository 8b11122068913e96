import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeHeaderValue, toHeaderText } from "../../../../src/mcp/protocol/header_value.ts";

Deno.test("decodeHeaderValue takes what is not wrapped as it stands", () => {
  for (const value of ["", "echo", "SGVsbG8=", "=?base64?SGVsbG8=", "SGVsbG8=?=", "=?base64?="]) {
    assert.equal(decodeHeaderValue(value), value);
  }
});

Deno.test("decodeHeaderValue decodes any text that is wrapped", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const base64 = new TextEncoder().encode(text).toBase64();
    assert.equal(decodeHeaderValue(`=?base64?${base64}?=`), text);
  }));
});

Deno.test("decodeHeaderValue refuses what is not the base64 of UTF-8", () => {
  for (const base64 of ["SGVsbG8", "SGVs!!!bG8=", "SGVs bG8=", "_-8=", "/w==", "SGVsbG9="]) {
    assert.equal(decodeHeaderValue(`=?base64?${base64}?=`), undefined, base64);
  }
});

Deno.test("toHeaderText writes arguments as clients do", () => {
  assert.equal(toHeaderText("eu"), "eu");
  assert.equal(toHeaderText(42), "42");
  assert.equal(toHeaderText(false), "false");
  assert.equal(toHeaderText(0.5), "0.5");
  for (const value of [null, [], {}, 2 ** 53, -1e20]) assert.equal(toHeaderText(value), undefined);
});
