import assert from "node:assert/strict";
import fc from "fast-check";
import { formatPythonFloat } from "../../../src/scheduling/python_float.ts";
import { recorded } from "./recorded.ts";

Deno.test("formatPythonFloat writes what CPython wrote", () => {
  for (const [text] of recorded<[string]>("float_repr")) {
    assert.equal(formatPythonFloat(Number(text)), text);
  }
});

Deno.test("formatPythonFloat writes what is no finite number", () => {
  assert.deepEqual([NaN, Infinity, -Infinity].map(formatPythonFloat), ["nan", "inf", "-inf"]);
});

Deno.test("formatPythonFloat loses nothing and always looks like a float", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    const text = formatPythonFloat(value);
    assert.ok(Object.is(Number(text), value), text);
    assert.match(text, /^-?\d+(\.\d+)?(e[+-]\d{2,3})?$/);
    assert.match(text, /[.e]/);
  }));
});
