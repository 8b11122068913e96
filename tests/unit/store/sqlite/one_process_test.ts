import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../task_store_conformance.ts";
import { openElsewhere } from "./run_open_child.ts";
import { withDirectory } from "./with_directory.ts";

Deno.test("openSqliteTaskStore refuses a store that another process has open", () =>
  withDirectory(async (path) => {
    {
      await using store = openSqliteTaskStore({ path });
      await store.insert(newTask());
      // Neither this attempt nor one in the same process may take the lock from its holder.
      const again = () => openSqliteTaskStore({ path, busyTimeoutMs: 10 });
      assert.throws(again, { code: "store_locked" });
      assert.match(await openElsewhere(path), /^store_locked: .* another process holds it/);
      assert.equal((await store.insert(newTask())).created, true);
    }
    assert.equal(await openElsewhere(path), "2 queued");
  }));

Deno.test("SqliteTaskStore lets nobody write to its file beside it", () =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path });
    using other = new DatabaseSync(path);
    assert.throws(() => other.exec("BEGIN IMMEDIATE"), /locked/);
    assert.equal((await store.insert(newTask())).created, true);
  }));

Deno.test("openSqliteTaskStore opens when the process that held the store has let go of it", () =>
  withDirectory(async (path) => {
    {
      using other = new DatabaseSync(path);
      other.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
      assert.throws(() => openSqliteTaskStore({ path, busyTimeoutMs: 10 }), {
        code: "store_locked",
        message: `Cannot open store as another process holds it: path "${path}"`,
      });
    }
    await using store = openSqliteTaskStore({ path });
    assert.equal((await store.insert(newTask())).created, true);
  }));
