import assert from "node:assert/strict";
import { CANDIDATES } from "../../../../../src/store/sqlite/cache/evict.ts";
import { LAST_USED } from "../../../../../src/store/sqlite/cache/recency.ts";
import { CACHE_SCHEMA } from "../../../../../src/store/sqlite/cache/schema.ts";
import { EXPIRED, PURGE } from "../../../../../src/store/sqlite/cache/sweep.ts";
import { openDatabase } from "../../../../../src/store/sqlite/open_database.ts";
import { withDirectory } from "../with_directory.ts";

const QUERIES = [
  { title: "eviction", sql: CANDIDATES, index: "cache_used" },
  { title: "opening", sql: LAST_USED, index: "cache_used" },
  { title: "sweep of expired values", sql: EXPIRED, index: "cache_expiring" },
  { title: "sweep of tombstones", sql: PURGE, index: "cache_tombstones" },
] as const;

for (const { title, sql, index } of QUERIES) {
  Deno.test(`SqliteCacheStore ${title} reads in the order of an index`, () =>
    withDirectory((path) => {
      const database = openDatabase({ path, schema: CACHE_SCHEMA });
      const rows = database.all(`EXPLAIN QUERY PLAN ${sql}`);
      database.close();
      const plan = rows.map((row) => String(row["detail"]));
      assert.ok(plan.some((step) => step.includes(`INDEX ${index}`)), plan.join("\n"));
      assert.ok(!plan.some((step) => step.includes("TEMP B-TREE")), plan.join("\n"));
      return Promise.resolve();
    }));
}
