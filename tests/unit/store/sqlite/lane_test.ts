import assert from "node:assert/strict";
import type { NewTask } from "../../../../src/store/mod.ts";
import type { Database } from "../../../../src/store/sqlite/database.ts";
import { openDatabase } from "../../../../src/store/sqlite/open_database.ts";
import { cancel } from "../../../../src/store/sqlite/ops/cancel.ts";
import { claim } from "../../../../src/store/sqlite/ops/claim.ts";
import { expire } from "../../../../src/store/sqlite/ops/expire.ts";
import { findLanes } from "../../../../src/store/sqlite/ops/find_lanes.ts";
import { insert } from "../../../../src/store/sqlite/ops/insert.ts";
import { nextDueMs } from "../../../../src/store/sqlite/ops/next_due.ts";
import { prune } from "../../../../src/store/sqlite/ops/prune.ts";
import { NEXT_IN_LANE } from "../../../../src/store/sqlite/ops/ready_tasks.ts";
import { newClaim, newTask } from "../conformance/new_task.ts";
import { withDirectory } from "./with_directory.ts";

function withDatabase(body: (database: Database) => void): Promise<void> {
  return withDirectory((path) => {
    const database = openDatabase({ path });
    try {
      body(database);
    } finally {
      database.close();
    }
    return Promise.resolve();
  });
}

function insertMany(database: Database, count: number, fields: Partial<NewTask>): void {
  for (let index = 0; index < count; index++) insert(database, newTask(fields));
}

function countOf(database: Database, table: string): unknown {
  return database.all(`SELECT count(*) AS n FROM ${table}`)[0]?.["n"];
}

Deno.test("tasks for the same claimers share a lane, whatever their number", () =>
  withDatabase((database) => {
    insertMany(database, 20, {});
    insertMany(database, 20, { requires: ["gpu"] });
    insertMany(database, 20, { affinity: { worker: "w", session: null, untilMs: 9 } });
    assert.equal(countOf(database, "lanes"), 3);
  }));

Deno.test("findLanes names the head of each lane, and no lane that is empty", () =>
  withDatabase((database) => {
    const tasks = [{ priority: 5 }, { priority: 7 }, { priority: 7 }, { priority: 1 }]
      .map((fields) => insert(database, newTask(fields)).task);
    const heads = () => findLanes(database, newClaim()).map(({ head }) => head);
    assert.deepEqual(heads(), [{ priority: 7, seq: 2 }]);
    cancel(database, { taskId: tasks[2]?.id ?? "", nowMs: 0, reason: "" });
    assert.deepEqual(heads(), [{ priority: 7, seq: 2 }]);
    cancel(database, { taskId: tasks[1]?.id ?? "", nowMs: 0, reason: "" });
    assert.deepEqual(heads(), [{ priority: 5, seq: 1 }]);
    claim(database, newClaim());
    assert.deepEqual(heads(), []);
  }));

Deno.test("findLanes looks at no lane of tags that are not offered, nor at too many", () =>
  withDatabase((database) => {
    for (let index = 0; index < 1_100; index++) {
      insert(database, newTask({ requires: ["gpu", `rare${index}`], priority: 10 }));
    }
    insert(database, newTask());
    // Neither the great number before it nor its low priority keeps the plain task from a claim.
    assert.equal(claim(database, newClaim({ limit: 1 })).length, 1);
    insert(database, newTask());
    assert.equal(claim(database, newClaim({ limit: 1, offers: ["gpu"] })).length, 1);
    assert.equal(claim(database, newClaim({ types: "any", offers: ["gpu", "rare7"] })).length, 1);
  }));

Deno.test("claim reads no more of a lane whose type may not run", () =>
  withDatabase((database) => {
    insertMany(database, 600, { type: "a" });
    insert(database, newTask({ type: "b", priority: 1 }));
    let pages = 0;
    const all = database.all.bind(database);
    database.all = (sql, parameters) => {
      if (sql === NEXT_IN_LANE) pages++;
      return all(sql, parameters);
    };
    const types = ["a", "b"];
    const wish = newClaim({ types, limit: 9, maxRunningByType: new Map([["a", 2]]) });
    assert.deepEqual(claim(database, wish).map(({ type }) => type), ["a", "a", "b"]);
    assert.ok(pages <= 2, `${pages} pages`);
    assert.deepEqual(claim(database, wish), []);
    assert.ok(pages <= 3, `${pages} pages`);
  }));

Deno.test("prune deletes lanes and types in which nothing is left", () =>
  withDatabase((database) => {
    for (const type of ["a", "b", "c"]) insert(database, newTask({ type }));
    insert(database, newTask({ type: "a", notBeforeMs: 100 }));
    for (const { id } of claim(database, newClaim({ types: ["a", "b"] }))) {
      cancel(database, { taskId: id, nowMs: 1, reason: "" });
    }
    assert.equal(prune(database, { beforeMs: 1, limit: 9 }), 0);
    assert.equal(countOf(database, "lanes"), 1);
    assert.equal(countOf(database, "type_counts"), 3);
    assert.equal(prune(database, { beforeMs: 2, limit: 9 }), 2);
    assert.equal(countOf(database, "type_counts"), 2);
    // A task that had to wait finds a new lane.
    assert.equal(claim(database, newClaim({ types: ["a"], nowMs: 100 })).length, 1);
  }));

Deno.test("expire makes many tasks ready at once, and says when there are more", () =>
  withDatabase((database) => {
    insertMany(database, 250, { notBeforeMs: 10 });
    const sweep = { nowMs: 10, limit: 1, backoffMs: () => 0 };
    expire(database, sweep);
    assert.equal(nextDueMs(database), 10);
    expire(database, sweep);
    assert.equal(nextDueMs(database), null);
    assert.equal(claim(database, newClaim({ nowMs: 10, limit: 250 })).length, 250);
  }));

Deno.test("claim makes as many delayed tasks ready as it is to take, for all of its types", () =>
  withDatabase((database) => {
    insertMany(database, 60, { type: "a", notBeforeMs: 10 });
    insertMany(database, 60, { type: "b", notBeforeMs: 20 });
    const fields = { nowMs: 20, limit: 50 };
    assert.equal(claim(database, newClaim({ ...fields, types: ["b"] })).length, 50);
    assert.equal(claim(database, newClaim({ ...fields, types: ["a", "b"] })).length, 50);
    assert.equal(claim(database, newClaim({ ...fields, types: "any" })).length, 20);
  }));
