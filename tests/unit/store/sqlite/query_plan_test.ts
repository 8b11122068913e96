import assert from "node:assert/strict";
import type { Database } from "../../../../src/store/sqlite/database.ts";
import { openDatabase } from "../../../../src/store/sqlite/open_database.ts";
import { claimableSql, PROMOTE } from "../../../../src/store/sqlite/ops/claim.ts";
import { OVERDUE } from "../../../../src/store/sqlite/ops/expire.ts";
import { NEXT_DUE } from "../../../../src/store/sqlite/ops/next_due.ts";
import { PRUNE } from "../../../../src/store/sqlite/ops/prune.ts";
import { withDirectory } from "./with_directory.ts";

function planOf(database: Database, sql: string): readonly string[] {
  const rows = database.all(`EXPLAIN QUERY PLAN ${sql}`);
  return rows.map((row) => String(row["detail"]));
}

const QUERIES = [
  { title: "claim", sql: claimableSql(2), indexes: ["tasks_ready"] },
  { title: "claim of delayed tasks", sql: PROMOTE, indexes: ["tasks_delayed"] },
  { title: "expire", sql: OVERDUE, indexes: ["tasks_leased", "tasks_deadline"] },
  {
    title: "nextDueMs",
    sql: NEXT_DUE,
    indexes: ["tasks_leased", "tasks_deadline", "tasks_due"],
  },
  { title: "prune", sql: PRUNE, indexes: ["tasks_final"] },
] as const;

for (const { title, sql, indexes } of QUERIES) {
  Deno.test(`SqliteTaskStore ${title} reads nothing but what it looks for`, () =>
    withDirectory((path) => {
      const database = openDatabase({ path });
      const plan = planOf(database, sql);
      database.close();
      for (const index of indexes) {
        assert.ok(plan.some((step) => step.includes(`INDEX ${index}`)), plan.join("\n"));
      }
      const scans = plan.filter((step) => /^SCAN tasks\b/.test(step));
      assert.deepEqual(scans, [], plan.join("\n"));
      assert.ok(!plan.some((step) => step.includes("tasks_by_status")), plan.join("\n"));
      return Promise.resolve();
    }));
}
