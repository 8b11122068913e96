/**
 * Runs the official conformance suite: `deno task conformance [--write] [--verbose] [name…]`. A name
 * chooses all sets that contain it. Fails when a scenario does not come to exactly what the table
 * says; `--write` makes the table say what is.
 */

import { parseArgs } from "node:util";
import { type ExpectedOutcomes, formatComparisons } from "./compare.ts";
import { CONFORMANCE_SETS } from "./conformance_set.ts";
import { judge } from "./judge.ts";
import { readTable, writeTable } from "./table.ts";
import { write } from "./write.ts";

/** Returns the exit code. */
async function runConformance(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      write: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const chosen = CONFORMANCE_SETS.filter(({ name }) =>
    positionals.length === 0 || positionals.some((part) => name.includes(part))
  );
  if (chosen.length === 0) {
    const names = CONFORMANCE_SETS.map(({ name }) => name).join(", ");
    throw new RangeError(`Cannot run conformance as no set has such a name: there are ${names}`);
  }
  const table: Record<string, ExpectedOutcomes> = { ...await readTable() };
  let differences = 0;
  for (const set of chosen) {
    const { outcomes, comparisons, log } = await judge(set, table[set.name] ?? {});
    if (values.verbose) await write(Deno.stderr, log);
    const different = comparisons.filter(({ isSame }) => !isSame).length;
    differences += different;
    const passed = outcomes.values().reduce((sum, outcome) => sum + outcome.passed, 0);
    const summary = `${set.name}: ${outcomes.size} scenarios, ${passed} checks passed`;
    const verdict = different === 0 ? "as recorded" : `${different} scenarios differ`;
    await write(Deno.stdout, `${summary}, ${verdict}\n${formatComparisons(comparisons)}\n\n`);
    if (values.write) table[set.name] = Object.fromEntries(outcomes);
  }
  if (!values.write) return differences === 0 ? 0 : 1;
  await writeTable(table);
  return 0;
}

Deno.exit(await runConformance(Deno.args));
