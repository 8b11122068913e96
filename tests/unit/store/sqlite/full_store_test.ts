import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { TaskStore } from "../../../../src/store/mod.ts";
import { StoreFullError } from "../../../../src/store/mod.ts";
import { openSqliteTaskStore } from "../../../../src/store/sqlite/mod.ts";
import { newTask } from "../task_store_conformance.ts";
import { withDirectory } from "./with_directory.ts";

const PAYLOAD = { text: "x".repeat(50_000) };

async function fillUp(store: TaskStore): Promise<number> {
  for (let count = 0; count < 100; count++) {
    try {
      await store.insert(newTask({ payload: PAYLOAD }));
    } catch (error) {
      assert.ok(error instanceof StoreFullError, String(error));
      return count;
    }
  }
  throw new Error("the store was never full");
}

Deno.test("SqliteTaskStore says that it is full, keeps what it has, and can be pruned", () =>
  withDirectory(async (path) => {
    await using store = openSqliteTaskStore({ path, maxBytes: 1_000_000 });
    const inserted = await fillUp(store);
    assert.equal((await store.counts()).queued, inserted);
    const tasks = await store.list({ limit: 100 });
    const results = await Promise.allSettled([
      ...tasks.map(({ id }) => store.cancel({ taskId: id, nowMs: 1, reason: "full" })),
      store.insert(newTask({ payload: PAYLOAD })),
    ]);
    assert.equal(results.at(-1)?.status, "rejected");
    assert.ok(results.slice(0, -1).every(({ status }) => status === "fulfilled"));
    assert.equal(await store.prune({ beforeMs: 2, limit: 100 }), inserted);
    assert.equal((await store.insert(newTask({ payload: PAYLOAD }))).created, true);
  }));

Deno.test("SqliteTaskStore that was full has room again when it is opened with more", () =>
  withDirectory(async (path) => {
    let inserted = 0;
    {
      await using store = openSqliteTaskStore({ path, maxBytes: 1_000_000 });
      inserted = await fillUp(store);
    }
    await using store = openSqliteTaskStore({ path, maxBytes: 2_000_000 });
    assert.equal((await store.counts()).queued, inserted);
    assert.equal((await store.insert(newTask({ payload: PAYLOAD }))).created, true);
  }));

const CHILD = fileURLToPath(new URL("./full_disk_child.ts", import.meta.url));
/** A file system of its own, which only the child sees and which ends with it. */
const IN_SMALL_FILE_SYSTEM = 'mount -t tmpfs -o size=2m none "$1" && shift && exec "$@"';

function inNamespace(...args: readonly string[]): Deno.Command {
  return new Deno.Command("unshare", {
    args: ["--user", "--map-root-user", "--mount", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Whether this user may mount, in a namespace of its own. */
async function canMount(): Promise<boolean> {
  try {
    const directory = await Deno.makeTempDir({ prefix: "mcpp-store-" });
    try {
      const args = ["sh", "-c", IN_SMALL_FILE_SYSTEM, "sh", directory, "true"];
      return (await inNamespace(...args).output()).success;
    } finally {
      await Deno.remove(directory);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "SqliteTaskStore on a full disk loses nothing it acknowledged, and recovers",
  ignore: !(await canMount()),
  fn: async () => {
    const directory = await Deno.makeTempDir({ prefix: "mcpp-store-" });
    try {
      const command = [Deno.execPath(), "run", "--no-lock", "-A", CHILD, directory];
      const { success, stdout, stderr } = await inNamespace(
        ...["sh", "-c", IN_SMALL_FILE_SYSTEM, "sh", directory, ...command],
      ).output();
      const text = new TextDecoder();
      assert.ok(success, text.decode(stderr));
      const report = JSON.parse(text.decode(stdout));
      assert.ok(report.acknowledged > 0);
      assert.deepEqual(report.missing, []);
      assert.deepEqual(report.codes, ["store_full"]);
      assert.equal(report.workedAfterwards, true);
      assert.equal(report.foundAfterwards, report.acknowledged + 1);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
