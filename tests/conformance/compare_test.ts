import assert from "node:assert/strict";
import { compareOutcomes, formatComparisons } from "./compare.ts";

const good = { passed: 3, problems: [] };

Deno.test("compareOutcomes takes more for a difference, as well as less", () => {
  const actual = new Map([["same", good], ["better", good], ["worse", good]]);
  const expected = {
    same: { passed: 3 },
    better: { passed: 2 },
    worse: { passed: 3, failed: 1 },
  };
  const found = compareOutcomes(actual, expected).map(({ scenario, isSame }) => [scenario, isSame]);
  assert.deepEqual(found, [["better", false], ["same", true], ["worse", false]]);
});

Deno.test("compareOutcomes notices scenarios that were not run, and that nobody knows", () => {
  const comparisons = compareOutcomes(new Map([["new", good]]), { old: { passed: 3 } });
  assert.deepEqual(comparisons.map(({ isSame }) => isSame), [false, false]);
});

Deno.test("compareOutcomes does not take a scenario without checks for a good one", () => {
  const empty = new Map([["scenario", { passed: 0, problems: [] }]]);
  const [comparison] = compareOutcomes(empty, { scenario: { passed: 1 } });
  assert.equal(comparison?.isSame, false);
});

Deno.test("formatComparisons shows what was wrong with what differs, and only with that", () => {
  const bad = { passed: 1, failed: 1, problems: ["failure check-a: too late"] };
  const actual = new Map([["known", bad], ["surprise", bad]]);
  const expected = { known: { passed: 1, failed: 1 }, surprise: { passed: 2 } };
  const lines = formatComparisons(compareOutcomes(actual, expected)).split("\n");
  assert.deepEqual(lines, [
    "  known     1 passed, 1 failed",
    "! surprise  1 passed, 1 failed; expected: 2 passed",
    "    failure check-a: too late",
  ]);
});
