import type { ExpectedOutcomes } from "./compare.ts";
import type { Outcome } from "./outcome.ts";

const TABLE = new URL("table.json", import.meta.url);

/** What is recorded: outcomes by set and scenario. */
export type ConformanceTable = Readonly<Record<string, ExpectedOutcomes>>;

/** Read what is recorded. */
export async function readTable(): Promise<ConformanceTable> {
  return JSON.parse(await Deno.readTextFile(TABLE));
}

/** Record, one scenario a line. */
export async function writeTable(table: ConformanceTable): Promise<void> {
  const sets = Object.entries(table).map(([name, outcomes]) => {
    const lines = Object.entries(outcomes).map(([scenario, outcome]) =>
      `    ${JSON.stringify(scenario)}: ${formatCounts(outcome)}`
    );
    return `  ${JSON.stringify(name)}: {\n${lines.join(",\n")}\n  }`;
  });
  await Deno.writeTextFile(TABLE, `{\n${sets.join(",\n")}\n}\n`);
}

function formatCounts({ passed, failed, warned }: Outcome): string {
  const counts = Object.entries({ passed, failed, warned }).filter(([, count]) =>
    count !== undefined
  );
  return `{ ${counts.map(([name, count]) => `"${name}": ${count}`).join(", ")} }`;
}
