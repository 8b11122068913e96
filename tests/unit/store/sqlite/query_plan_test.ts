import assert from "node:assert/strict";
import type { Database } from "../../../../src/store/sqlite/database.ts";
import { FIND_LANE } from "../../../../src/store/sqlite/lane.ts";
import { openDatabase } from "../../../../src/store/sqlite/open_database.ts";
import { OVERDUE } from "../../../../src/store/sqlite/ops/expire.ts";
import {
  LANES,
  LANES_OF_ANY_TYPE,
  PLAIN_LANES,
} from "../../../../src/store/sqlite/ops/find_lanes.ts";
import { LINES } from "../../../../src/store/sqlite/ops/logs.ts";
import { NEXT_DUE } from "../../../../src/store/sqlite/ops/next_due.ts";
import {
  DELAYED,
  DELAYED_OF_TYPE,
  IS_DUE,
  LEAVING,
} from "../../../../src/store/sqlite/ops/promote.ts";
import { PRUNE } from "../../../../src/store/sqlite/ops/prune.ts";
import { HEAD_OF_LANE, NEXT_IN_LANE } from "../../../../src/store/sqlite/ops/ready_tasks.ts";
import { withDirectory } from "./with_directory.ts";

function planOf(database: Database, sql: string): readonly string[] {
  const rows = database.all(`EXPLAIN QUERY PLAN ${sql}`);
  return rows.map((row) => String(row["detail"]));
}

const LANE_KEY = "sqlite_autoindex_lanes_1 (tag=? AND worker=? AND session=?";

const QUERIES = [
  { title: "lane of a task", sql: FIND_LANE, indexes: [`${LANE_KEY} AND type=? AND requires=?)`] },
  { title: "lanes of one type", sql: PLAIN_LANES, indexes: [`${LANE_KEY} AND type=?`] },
  { title: "lanes of types and tags", sql: LANES, indexes: [`${LANE_KEY} AND type=?)`] },
  { title: "lanes of any type", sql: LANES_OF_ANY_TYPE, indexes: [`${LANE_KEY})`] },
  {
    title: "next tasks of a lane",
    sql: NEXT_IN_LANE,
    indexes: ["tasks_ready (lane=? AND priority<?)"],
  },
  { title: "new head of a lane", sql: HEAD_OF_LANE, indexes: ["tasks_ready (lane=?)"] },
  { title: "question for what is due", sql: IS_DUE, indexes: ["tasks_due", "tasks_leaving"] },
  { title: "delayed tasks of a type", sql: DELAYED_OF_TYPE, indexes: ["tasks_delayed (type=?"] },
  { title: "delayed tasks", sql: DELAYED, indexes: ["tasks_due"] },
  { title: "end of affinity", sql: LEAVING, indexes: ["tasks_leaving"] },
  { title: "expire", sql: OVERDUE, indexes: ["tasks_leased", "tasks_deadline"] },
  {
    title: "nextDueMs",
    sql: NEXT_DUE,
    indexes: ["tasks_leased", "tasks_deadline", "tasks_due", "tasks_leaving"],
  },
  { title: "prune", sql: PRUNE, indexes: ["tasks_final"] },
  { title: "logs", sql: LINES, indexes: [], primaryKey: true },
] as const;

for (const { title, sql, indexes } of QUERIES) {
  Deno.test(`SqliteTaskStore's query for ${title} reads nothing but what it looks for`, () =>
    withDirectory((path) => {
      const database = openDatabase({ path });
      const plan = planOf(database, sql);
      database.close();
      for (const index of indexes) {
        assert.ok(plan.some((step) => step.includes(`INDEX ${index}`)), plan.join("\n"));
      }
      const scans = plan.filter((step) => /^SCAN (tasks|lanes|task_logs)\b/.test(step));
      assert.deepEqual(scans, [], plan.join("\n"));
      assert.ok(!plan.some((step) => step.includes("tasks_by_status")), plan.join("\n"));
      const isSorted = plan.some((step) => step.includes("TEMP B-TREE FOR ORDER"));
      assert.equal(isSorted, sql === OVERDUE, plan.join("\n"));
      return Promise.resolve();
    }));
}
