import assert from "node:assert/strict";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { openDatabase } from "../../../../src/store/sqlite/open_database.ts";
import { claim } from "../../../../src/store/sqlite/ops/claim.ts";
import { finish } from "../../../../src/store/sqlite/ops/finish.ts";
import { insert } from "../../../../src/store/sqlite/ops/insert.ts";
import { renew } from "../../../../src/store/sqlite/ops/renew.ts";
import { TaskNotFoundError } from "../../../../src/task/mod.ts";
import { COMPLETED, leaseOf, newClaim, newTask } from "../conformance/new_task.ts";
import { withDirectory } from "./with_directory.ts";

const LARGE = { text: "x".repeat(900_000) };

Deno.test("renew and finish read a large payload only when somebody looks at it", () =>
  withDirectory((path) => {
    const database = openDatabase({ path });
    const reads: string[] = [];
    const all = database.all.bind(database);
    database.all = (sql, parameters) => {
      if (sql.includes("task_payloads")) reads.push(sql);
      return all(sql, parameters);
    };
    insert(database, newTask({ payload: LARGE }));
    const lease = leaseOf(claim(database, newClaim())[0]);
    reads.length = 0;
    const renewed = renew(database, { ...lease, nowMs: 1, leaseMs: 10, progress: { step: 1 } });
    const { status } = finish(database, { ...lease, nowMs: 2, outcome: COMPLETED });
    assert.equal(status, "completed");
    assert.deepEqual(reads, []);
    assert.deepEqual(renewed.payload, LARGE);
    assert.equal(renewed.payload, renewed.payload);
    assert.equal(reads.length, 1);
    database.close();
    return Promise.resolve();
  }));

Deno.test("a large payload of a task that is gone is an error when it is looked at too late", () =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path });
    await store.insert(newTask({ payload: LARGE }));
    const lease = leaseOf((await store.claim(newClaim()))[0]);
    const task = await store.finish({ ...lease, nowMs: 1, outcome: COMPLETED });
    const known = await store.get(task.id);
    await store.prune({ beforeMs: 2, limit: 1 });
    assert.deepEqual(known?.payload, LARGE);
    assert.throws(() => task.payload, TaskNotFoundError);
  }));

Deno.test("a payload stays with its task until it is large", () =>
  withDirectory((path) => {
    const database = openDatabase({ path });
    const countLarge = () => database.all("SELECT count(*) AS n FROM task_payloads")[0]?.["n"];
    insert(database, newTask({ payload: { text: "x".repeat(1_000) } }));
    assert.equal(countLarge(), 0);
    insert(database, newTask({ payload: { text: "x".repeat(1_100) } }));
    assert.equal(countLarge(), 1);
    database.close();
    return Promise.resolve();
  }));
