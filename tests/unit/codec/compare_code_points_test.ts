import assert from "node:assert/strict";
import fc from "fast-check";
import { compareCodePoints } from "../../../src/codec/compare_code_points.ts";

const slowCompare = (a: string, b: string): number => {
  const [aPoints, bPoints] = [a, b].map((text) =>
    [...text].map((char) => char.codePointAt(0) ?? 0)
  );
  for (const [index, point] of (aPoints ?? []).entries()) {
    const other = bPoints?.[index];
    if (other === undefined) return 1;
    if (point !== other) return point - other;
  }
  return (aPoints?.length ?? 0) - (bPoints?.length ?? 0);
};

Deno.test("compareCodePoints puts astral characters last, and lone surrogates before U+E000", () => {
  const ordered = [
    "",
    "a",
    "a\ud83d",
    "a\ud83dz",
    "a\ud83d\ue000",
    "a😀",
    "\ud7ff",
    "\udc00",
    "\ue000",
  ];
  ordered.push("\uffff", "\u{10000}", "\u{10ffff}");
  assert.deepEqual(ordered.toReversed().sort(compareCodePoints), ordered);
});

Deno.test("compareCodePoints agrees with comparing lists of code points", () => {
  const unit = fc.constantFrom("a", "\ud83d", "\ude00", "\ue000", "\uffff", "😀", "\ud7ff");
  const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(compareCodePoints(a, b)), Math.sign(slowCompare(a, b)));
    }),
    { numRuns: 1_000 },
  );
});
