import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../../../src/store/sqlite/open_database.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { withDirectory } from "./with_directory.ts";

const CHILD = fileURLToPath(new URL("./insert_child.ts", import.meta.url));
const ENOUGH = 500;

/** Ids that a child process was told are durable before it was killed. */
async function insertAndKill(path: string): Promise<readonly string[]> {
  const args = ["run", "--no-lock", "--allow-read", "--allow-write", CHILD, path];
  await using child = new Deno.Command(Deno.execPath(), {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isKilled || text.split("\n").length <= ENOUGH) continue;
    isKilled = true;
    child.kill("SIGKILL");
  }
  assert.equal((await child.status).signal, "SIGKILL");
  return text.split("\n").slice(0, -1);
}

Deno.test("SqliteTaskStore has all that it acknowledged after kill -9", () =>
  withDirectory(async (path) => {
    const acknowledged = await insertAndKill(path);
    assert.ok(acknowledged.length >= ENOUGH);
    const database = openDatabase({ path });
    const [check] = database.all("PRAGMA integrity_check");
    database.close();
    assert.deepEqual({ ...check }, { integrity_check: "ok" });
    await using store = openSqliteTaskStore({ path });
    const tasks = await store.list({ limit: 1_000_000 });
    const ids = new Set(tasks.map(({ id }) => id));
    assert.deepEqual(acknowledged.filter((id) => !ids.has(id)), []);
    assert.equal((await store.counts()).queued, tasks.length);
  }));
