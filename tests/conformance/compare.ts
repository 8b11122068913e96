import type { DetailedOutcome, Outcome } from "./outcome.ts";

/** What is recorded of one set: outcomes by scenario. */
export type ExpectedOutcomes = Readonly<Record<string, Outcome>>;

/** A scenario, what was expected of it, and what came. */
export interface Comparison {
  readonly scenario: string;
  /** `undefined` if the scenario was not run. */
  readonly actual: DetailedOutcome | undefined;
  /** `undefined` if the table does not know it. */
  readonly expected: Outcome | undefined;
  /** Whether both are the same: better than expected is a difference, too. */
  readonly isSame: boolean;
}

/** Hold outcomes against the table, both ways, sorted by scenario. */
export function compareOutcomes(
  actual: ReadonlyMap<string, DetailedOutcome>,
  expected: ExpectedOutcomes,
): readonly Comparison[] {
  const scenarios = [...new Set([...actual.keys(), ...Object.keys(expected)])].sort();
  return scenarios.map((scenario) => {
    const pair = { actual: actual.get(scenario), expected: expected[scenario] };
    return {
      scenario,
      ...pair,
      isSame: formatOutcome(pair.actual) === formatOutcome(pair.expected),
    };
  });
}

/** An outcome for people: `3 passed, 1 failed`. */
export function formatOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "not there";
  const { passed, failed = 0, warned = 0 } = outcome;
  return [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warned > 0 ? [`${warned} warned`] : []),
  ].join(", ");
}

/** Comparisons for people; of the differences also what was expected, and what was wrong. */
export function formatComparisons(comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ scenario }) => scenario.length));
  return comparisons.map(({ scenario, actual, expected, isSame }) => {
    const line = `${isSame ? " " : "!"} ${scenario.padEnd(width)}  ${formatOutcome(actual)}`;
    if (isSame) return line;
    const problems = actual?.problems.map((problem) => `\n    ${problem}`).join("") ?? "";
    return `${line}; expected: ${formatOutcome(expected)}${problems}`;
  }).join("\n");
}
