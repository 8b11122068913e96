import assert from "node:assert/strict";
import { dirname } from "node:path";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../task_store_conformance.ts";
import { openAsUser } from "./run_open_child.ts";
import { withDirectory } from "./with_directory.ts";

const REFUSED = "store_unreadable: ";

async function insertOne(path: string): Promise<void> {
  await using store = openSqliteTaskStore({ path });
  await store.insert(newTask());
}

Deno.test("openSqliteTaskStore refuses a file that this user may not write, until he may", () =>
  withDirectory(async (path) => {
    await insertOne(path);
    await Deno.chmod(path, 0o400);
    const reason = `Cannot open store as this user may not write it: path "${path}"`;
    assert.equal(await openAsUser(path), REFUSED + reason);
    await Deno.chmod(path, 0o600);
    assert.equal(await openAsUser(path), "1 queued");
  }));

Deno.test("openSqliteTaskStore refuses a read-only directory, until it is none", () =>
  withDirectory(async (path) => {
    await insertOne(path);
    const directory = dirname(path);
    await Deno.chmod(directory, 0o500);
    const reason = `Cannot open store as the file cannot be written: path "${path}"`;
    assert.equal(await openAsUser(path), REFUSED + reason);
    const added = await openAsUser(`${directory}/new.db`);
    assert.match(added, /^store_unreadable: Cannot open store as this user may not write it/);
    await Deno.chmod(directory, 0o700);
    assert.equal(await openAsUser(path), "1 queued");
  }));
