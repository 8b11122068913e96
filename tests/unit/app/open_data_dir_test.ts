import assert from "node:assert/strict";
import { join } from "node:path";
import { DataDirError, openDataDir } from "../../../src/app/open_data_dir.ts";

async function withTempDir(use: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await use(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DataDirError && error.code === code;
}

Deno.test("openDataDir makes a directory that only its owner can enter", async () => {
  await withTempDir(async (parent) => {
    const path = join(parent, "deep", "data");
    await using dataDir = await openDataDir(path);
    assert.equal(dataDir.path, path);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o700);
    assert.equal((await Deno.stat(join(path, "lock"))).mode! & 0o777, 0o600);
  });
});

Deno.test("openDataDir refuses a directory in use, names the holder, and frees it on dispose", async () => {
  await withTempDir(async (path) => {
    {
      await using _first = await openDataDir(path);
      await assert.rejects(openDataDir(path), (error: unknown) => {
        assert.ok(failsWith("data_dir_locked")(error));
        assert.match(String(error), new RegExp(`process ${Deno.pid}`));
        return true;
      });
    }
    await using _second = await openDataDir(path);
  });
});

Deno.test("openDataDir refuses a path that cannot be a directory", async () => {
  await withTempDir(async (parent) => {
    const file = join(parent, "file");
    await Deno.writeTextFile(file, "");
    await assert.rejects(openDataDir(file), failsWith("data_dir_unusable"));
    await assert.rejects(openDataDir(join(file, "below")), failsWith("data_dir_unusable"));
  });
});
