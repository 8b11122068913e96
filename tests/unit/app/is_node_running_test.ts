import assert from "node:assert/strict";
import { isNodeRunning } from "../../../src/app/is_node_running.ts";
import { openDataDir } from "../../../src/app/open_data_dir.ts";
import { withDirectory } from "../network/with_directory.ts";

Deno.test("isNodeRunning knows whether a process holds the data directory", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/data`;
    assert.equal(await isNodeRunning(path), false);
    {
      await using _held = await openDataDir(path);
      assert.equal(await isNodeRunning(path), true);
    }
    assert.equal(await isNodeRunning(path), false);
    // Looking has not taken it.
    await using _again = await openDataDir(path);
  });
});
