import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePythonInt, toPythonInt } from "../../../src/scheduling/python_int.ts";
import { recorded } from "./recorded.ts";

const show = (value: bigint | undefined): string | null => {
  if (value === undefined) return null;
  return value > 10n ** 300n ? `0x${value.toString(16)}` : String(value);
};

for (const base of [10, 16] as const) {
  Deno.test(`parsePythonInt answers as CPython did for base ${base}`, () => {
    for (const [text, value] of recorded<[string, string | null]>(`int_base_${base}`)) {
      const what = JSON.stringify(text).slice(0, 40);
      assert.equal(show(parsePythonInt(text, base)), value, what);
    }
  });
}

Deno.test("parsePythonInt reads the decimal digits of every script", () => {
  const [[digits, values] = ["", ""]] = recorded<[string, string]>("decimal_digits");
  assert.equal([...digits].map((digit) => parsePythonInt(digit, 10)).join(""), values);
});

Deno.test("parsePythonInt undoes writing an integer, padded and grouped or not", () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.constantFrom("", " ", "\u0085", "\u3000\n"), (value, pad) => {
      assert.equal(parsePythonInt(`${pad}${value}${pad}`, 10), value);
      const grouped = String(value).replace(/\d(?=\d)/g, "$&_");
      assert.equal(parsePythonInt(grouped, 10), value);
    }),
  );
});

Deno.test("parsePythonInt takes linear time for hostile texts", () => {
  for (const text of ["1_".repeat(500_000), " ".repeat(1_000_000), "1".repeat(1_000_000)]) {
    assert.equal(parsePythonInt(text, 10), undefined);
  }
  assert.equal(parsePythonInt("f_".repeat(500_000), 16), undefined);
});

Deno.test("toPythonInt cuts fractions off, exactly however large the number is", () => {
  for (const [text, value] of recorded<[string, string]>("float_to_int")) {
    assert.equal(String(toPythonInt(Number(text))), value);
  }
});

Deno.test("toPythonInt takes what Python's int takes, and nothing else", () => {
  assert.equal(toPythonInt(true), 1n);
  assert.equal(toPythonInt(false), 0n);
  assert.equal(toPythonInt(2n ** 70n), 2n ** 70n);
  assert.equal(toPythonInt(" 7 "), 7n);
  for (const value of [null, undefined, NaN, Infinity, -Infinity, [], [1], {}, "1.5", ""]) {
    assert.equal(toPythonInt(value), undefined, Deno.inspect(value));
  }
});
