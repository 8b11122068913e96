import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { migration as firstMigration } from "../../../../src/store/sqlite/migrations/001_tasks.ts";
import { MIGRATIONS } from "../../../../src/store/sqlite/migrations/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { openDatabase, QUEUE_SCHEMA } from "../../../../src/store/sqlite/open_database.ts";
import { COMPLETED, newClaim, newTask } from "../conformance/new_task.ts";
import { withDirectory } from "./with_directory.ts";

const LARGE = "x".repeat(5_000);

/** A row of version 1 and, of the same task, what differs from its state's defaults. */
interface OldTask {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly ready: 0 | 1;
  readonly priority: number;
  readonly text: string;
  readonly columns?: Readonly<Record<string, string | number>>;
}

const OLD_TASKS: readonly OldTask[] = [
  row({ seq: 3, id: "low", priority: 1 }),
  row({ seq: 4, id: "ready", text: LARGE }),
  row({ seq: 5, id: "other", type: "other" }),
  row({
    seq: 6,
    id: "delayed",
    ready: 0,
    columns: { "not_before_ms": 500, "idempotency_key": "k", fingerprint: "f" },
  }),
  row({
    seq: 7,
    id: "running",
    ready: 0,
    status: "running",
    text: LARGE,
    columns: {
      attempt: 2,
      worker: "w0",
      "lease_token": "2-0123456789abcdef",
      "lease_until_ms": 900,
      progress: '{"step":1}',
      failures: '[{"code":"x","message":"m","attempt":1,"atMs":5,"worker":"w0"}]',
    },
  }),
  row({
    seq: 8,
    id: "completed",
    ready: 0,
    status: "completed",
    columns: { attempt: 1, worker: "w0", result: '{"n":1}', "lease_token": "1-a" },
  }),
  row({
    seq: 9,
    id: "failed",
    ready: 0,
    status: "failed",
    columns: { attempt: 3, "error_code": "executor_failed", "error_message": "no luck" },
  }),
  row({
    seq: 10,
    id: "cancelled",
    ready: 0,
    status: "cancelled",
    columns: { "error_code": "cancelled", "error_message": "stop" },
  }),
];

function row(fields: Partial<OldTask> & Pick<OldTask, "seq" | "id">): OldTask {
  return { type: "text", status: "queued", ready: 1, priority: 5, text: "hi", ...fields };
}

/** Writes a file as the first release left it. */
function writeVersion1(path: string): void {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
  database.exec(firstMigration);
  database.exec(`PRAGMA user_version = 1; PRAGMA application_id = ${QUEUE_SCHEMA.applicationId}`);
  for (const { seq, id, type, status, ready, priority, text, columns } of OLD_TASKS) {
    const values: Record<string, string | number> = {
      ...{ seq, id, type, status, ready, priority },
      ...{ model: "m", attempt: 0, failures: "[]" },
      ...{ "max_attempts": 3, "created_at_ms": 1, "updated_at_ms": 2, "not_before_ms": 0 },
      ...columns,
    };
    const names = Object.keys(values);
    const parameters = names.map((name) => `:${name}`);
    database.prepare(`INSERT INTO tasks (${names}) VALUES (${parameters})`).run(values);
    database.prepare("INSERT INTO task_payloads VALUES (?, ?)").run(seq, JSON.stringify({ text }));
  }
  // A task with a higher number was pruned.
  database.exec("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'tasks'");
}

function withMigrated(body: (store: TaskStore) => Promise<void>): Promise<void> {
  return withDirectory(async (path) => {
    writeVersion1(path);
    await using store = openSqliteTaskStore({ path });
    await body(store);
  });
}

Deno.test("MIGRATIONS keep the text of every step that was released", () => {
  assert.equal(MIGRATIONS[0], firstMigration);
  assert.equal(MIGRATIONS.length, 2);
});

Deno.test("migrate keeps every task of version 1", () =>
  withMigrated(async (store) => {
    const tasks = await store.list({ limit: 100 });
    assert.deepEqual(tasks.map(({ id }) => id), OLD_TASKS.map(({ id }) => id));
    for (const [index, task] of tasks.entries()) {
      const old = OLD_TASKS[index];
      assert.equal(task.status, old?.status);
      assert.deepEqual(task.payload, { text: old?.text });
      assert.equal(task.model, "m");
      assert.equal(task.updatedAtMs, 2);
      assert.deepEqual([task.requires, task.affinity, task.logCount], [[], null, 0]);
      assert.deepEqual(await store.get(task.id), task);
    }
  }));

Deno.test("migrate keeps lease, progress, result, error and history of version 1", () =>
  withMigrated(async (store) => {
    const running = await store.get("running");
    const token = "2-0123456789abcdef";
    assert.deepEqual(running?.lease, { worker: "w0", token, untilMs: 900, isFenced: true });
    assert.deepEqual(running.progress, { step: 1 });
    assert.equal(running.failures.length, 1);
    assert.deepEqual((await store.get("completed"))?.result, { n: 1 });
    assert.equal((await store.get("failed"))?.error?.message, "no luck");
    const done = await store.finish({ taskId: "running", token, nowMs: 10, outcome: COMPLETED });
    assert.equal(done.status, "completed");
  }));

Deno.test("migrate leaves the tasks of version 1 claimable, in order", () =>
  withMigrated(async (store) => {
    const types = ["text", "other"];
    const ids = async (nowMs: number) =>
      (await store.claim(newClaim({ types, nowMs }))).map(({ id }) => id);
    assert.equal(await store.nextDueMs(0), 500);
    assert.deepEqual(await ids(0), ["ready", "other", "low"]);
    assert.deepEqual(await ids(500), ["delayed"]);
    const expired = await store.expire({ nowMs: 900, limit: 9, backoffMs: () => 0 });
    assert.deepEqual(expired.map(({ id }) => id), ["running"]);
    assert.deepEqual(await ids(900), ["running"]);
    await store.retry({ taskId: "failed", nowMs: 900, deadlineAtMs: null });
    assert.deepEqual(await ids(900), ["failed"]);
  }));

Deno.test("migrate counts the tasks of version 1, and prunes them", () =>
  withMigrated(async (store) => {
    const total = { queued: 4, running: 1, completed: 1, failed: 1, cancelled: 1 };
    assert.deepEqual(await store.counts(), total);
    const none = { running: 0, completed: 0, failed: 0, cancelled: 0 };
    assert.deepEqual((await store.countsByType(9)).get("other"), { queued: 1, ...none });
    assert.equal(await store.prune({ beforeMs: 3, limit: 100 }), 3);
    assert.deepEqual(await store.counts(), { ...none, queued: 4, running: 1 });
  }));

Deno.test("migrate knows the idempotency keys and ids of version 1", () =>
  withMigrated(async (store) => {
    const same = { type: "text", model: "m" };
    const byKey = await store.insert(
      newTask({ ...same, payload: { text: "hi" }, idempotencyKey: "k" }),
    );
    assert.deepEqual([byKey.created, byKey.task.id], [false, "delayed"]);
    const byId = await store.insert(
      newTask({ ...same, payload: { text: LARGE }, id: "ready", isIdChosen: true }),
    );
    assert.equal(byId.created, false);
  }));

Deno.test("migrate never uses the number of a task of version 1 again", () =>
  withDirectory(async (path) => {
    writeVersion1(path);
    {
      await using store = openSqliteTaskStore({ path });
      await store.insert(newTask({ id: "new" }));
    }
    using database = new DatabaseSync(path);
    const found = database.prepare("SELECT seq FROM tasks WHERE id = 'new'").get();
    assert.equal(found?.["seq"], 42);
    const version = database.prepare("PRAGMA user_version").get();
    assert.equal(version?.["user_version"], MIGRATIONS.length);
    assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
    const check = database.prepare("PRAGMA integrity_check").get();
    assert.equal(check?.["integrity_check"], "ok");
  }));

Deno.test("migrate makes the same schema of an old database as of an empty one", async () => {
  const schemaOf = (path: string) => {
    const database = openDatabase({ path });
    const rows = database.all("SELECT name, sql FROM sqlite_schema ORDER BY name");
    database.close();
    return rows.map(({ name, sql }) => [name, sql]);
  };
  await withDirectory((old) =>
    withDirectory((empty) => {
      writeVersion1(old);
      assert.deepEqual(schemaOf(old), schemaOf(empty));
      return Promise.resolve();
    })
  );
});

Deno.test("migrate leaves the database as it was when a step fails", () =>
  withDirectory((path) => {
    writeVersion1(path);
    const broken = { ...QUEUE_SCHEMA, migrations: [...MIGRATIONS, "SELECT nonsense"] };
    assert.throws(() => openDatabase({ path, schema: broken }));
    using database = new DatabaseSync(path);
    assert.equal(database.prepare("PRAGMA user_version").get()?.["user_version"], 1);
    const counted = database.prepare("SELECT count(*) AS tasks FROM tasks WHERE ready = 1").get();
    assert.equal(counted?.["tasks"], 3);
    return Promise.resolve();
  }));

Deno.test("openDatabase tells databases of different schemas apart", () =>
  withDirectory((path) => {
    const schema = { applicationId: 0x6d637071, migrations: ["CREATE TABLE others (id)"] };
    openDatabase({ path, schema }).close();
    openDatabase({ path, schema }).close();
    assert.throws(() => openDatabase({ path }), { code: "store_unreadable" });
    return Promise.resolve();
  }));
