import assert from "node:assert/strict";
import { isMissing } from "../e2e/is_missing.ts";
import { formatComparisons } from "./compare.ts";
import { CONFORMANCE_SETS } from "./conformance_set.ts";
import { judge } from "./judge.ts";
import { isRefereeThere } from "./referee.ts";
import { readTable } from "./table.ts";

const TABLE = await readTable();

const missing = new Map<string, Promise<boolean>>();

/** Whether this release of the suite cannot be had here; looked up once. */
function isRefereeMissing(suite: string): Promise<boolean> {
  const found = missing.get(suite) ?? isMissing(suite, () => isRefereeThere(suite));
  missing.set(suite, found);
  return found;
}

/** libp2p leaves timers and a BroadcastChannel behind. */
const realNode = { sanitizeOps: false, sanitizeResources: false };

for (const set of CONFORMANCE_SETS) {
  Deno.test({
    name: `the official suite finds what the table says: ${set.name}`,
    ignore: await isRefereeMissing(set.suite),
    ...(set.subject === "peer" && realNode),
    fn: async () => {
      const { comparisons, log } = await judge(set, TABLE[set.name] ?? {});
      const different = comparisons.filter(({ isSame }) => !isSame);
      assert.ok(comparisons.length > 0, `no scenario was run: ${log}`);
      assert.equal(different.length, 0, `\n${formatComparisons(different)}`);
    },
  });
}

Deno.test("the table has every set, and nothing else", () => {
  assert.deepEqual(Object.keys(TABLE), CONFORMANCE_SETS.map(({ name }) => name));
});
