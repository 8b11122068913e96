import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { StoreFullError, StoreOpenError } from "../../../../src/store/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../task_store_conformance.ts";
import { withDirectory } from "./with_directory.ts";

function assertOpenFails(path: string, code: string): void {
  assert.throws(() => openSqliteTaskStore({ path, busyTimeoutMs: 10 }), (error) => {
    assert.ok(error instanceof StoreOpenError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.message.includes(`path "${path}"`), error.message);
    assert.ok(error.hint);
    return true;
  });
}

async function fill(path: string): Promise<void> {
  await using store = openSqliteTaskStore({ path });
  const payload = { text: "x".repeat(10_000) };
  await Promise.all(Array.from({ length: 20 }, () => store.insert(newTask({ payload }))));
}

Deno.test("openSqliteTaskStore creates a file that only its owner can read", () =>
  withDirectory(async (path) => {
    await using _store = openSqliteTaskStore({ path });
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("openSqliteTaskStore finds what was there before", () =>
  withDirectory(async (path) => {
    await fill(path);
    await using store = openSqliteTaskStore({ path });
    assert.equal((await store.counts()).queued, 20);
  }));

Deno.test("openSqliteTaskStore refuses a file that is not a database", () =>
  withDirectory(async (path) => {
    await Deno.writeTextFile(path, "not a database, but long enough to look like one ".repeat(99));
    assertOpenFails(path, "store_corrupt");
  }));

Deno.test("openSqliteTaskStore refuses a database that is cut off", () =>
  withDirectory(async (path) => {
    await fill(path);
    await Deno.truncate(path, 8_192);
    assertOpenFails(path, "store_corrupt");
  }));

Deno.test("openSqliteTaskStore refuses a database with a damaged first page", () =>
  withDirectory(async (path) => {
    await fill(path);
    const file = await Deno.open(path, { write: true });
    await file.seek(100, Deno.SeekMode.Start);
    await file.write(new Uint8Array(2_000).fill(0xa5));
    file.close();
    assertOpenFails(path, "store_corrupt");
  }));

Deno.test("openSqliteTaskStore refuses a database that another connection holds", () =>
  withDirectory(async (path) => {
    await fill(path);
    using other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    assertOpenFails(path, "store_locked");
  }));

Deno.test("openSqliteTaskStore refuses a database of a later release", () =>
  withDirectory(async (path) => {
    await fill(path);
    {
      using other = new DatabaseSync(path);
      other.exec("PRAGMA user_version = 1000");
    }
    assertOpenFails(path, "store_newer_schema");
  }));

Deno.test("openSqliteTaskStore refuses a database of another program", () =>
  withDirectory((path) => {
    {
      using other = new DatabaseSync(path);
      other.exec("CREATE TABLE tasks (id)");
    }
    assertOpenFails(path, "store_unreadable");
    return Promise.resolve();
  }));

Deno.test("openSqliteTaskStore refuses a directory and a path without one", () =>
  withDirectory(async (path) => {
    await Deno.mkdir(path);
    assertOpenFails(path, "store_unreadable");
    assertOpenFails(`${path}/missing/queue.db`, "store_unreadable");
  }));

Deno.test("openSqliteTaskStore refuses a place where nobody may create a file", () => {
  assertOpenFails("/sys/queue.db", "store_unreadable");
});

Deno.test("openSqliteTaskStore refuses a file with damaged pages in its middle", () =>
  withDirectory(async (path) => {
    await fill(path);
    const { size } = await Deno.stat(path);
    using file = await Deno.open(path, { write: true });
    // The first page, with the header and the schema, stays whole.
    await file.seek(4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(size - 4096).fill(0xa5));
    assertOpenFails(path, "store_corrupt");
  }));

Deno.test("openSqliteTaskStore leaves nothing open when it fails", () =>
  withDirectory(async (path) => {
    await Deno.writeTextFile(path, "x".repeat(5_000));
    assertOpenFails(path, "store_corrupt");
    await Deno.remove(path);
    await fill(path);
  }));

Deno.test("openSqliteTaskStore refuses limits that are no whole numbers", () =>
  withDirectory((path) => {
    assert.throws(() => openSqliteTaskStore({ path, busyTimeoutMs: 0.5 }), RangeError);
    assert.throws(() => openSqliteTaskStore({ path, maxBytes: NaN }), RangeError);
    return Promise.resolve();
  }));

Deno.test("openSqliteTaskStore says so when an empty store does not fit", () =>
  withDirectory((path) => {
    assert.throws(() => openSqliteTaskStore({ path, maxBytes: 8_192 }), StoreFullError);
    return Promise.resolve();
  }));
