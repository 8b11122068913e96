import assert from "node:assert/strict";
import { updateFile, withFileLock } from "../../../src/file/mod.ts";
import { withDirectory } from "../network/with_directory.ts";

Deno.test("withFileLock lets one in at a time, in the order of nobody", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/new/counter`;
    let inside = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        withFileLock(path, async () => {
          most = Math.max(most, ++inside);
          await Promise.resolve();
          inside--;
          return index;
        })),
    );
    assert.equal(most, 1);
    assert.deepEqual(results, [0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

Deno.test("withFileLock gives the lock back when the work fails", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/file`;
    const failing = withFileLock(path, () => Promise.reject(new Error("disk on fire")));
    await assert.rejects(failing, /disk on fire/);
    assert.equal(await withFileLock(path, () => "free", { timeoutMs: 0 }), "free");
  });
});

Deno.test("withFileLock gives up when another holds the lock for too long", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/file`;
    await withFileLock(path, async () => {
      await assert.rejects(
        withFileLock(path, () => assert.fail("entered twice"), { timeoutMs: 20 }),
        Deno.errors.TimedOut,
      );
    });
  });
});

Deno.test("updateFile loses no change that several make at once", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/list`;
    const add = (name: string) => updateFile(path, (text) => `${text ?? ""}${name}\n`);
    await Promise.all(["a", "b", "c", "d", "e"].map(add));
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    assert.deepEqual(lines.sort(), ["a", "b", "c", "d", "e"]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("updateFile leaves the file as it is if there is nothing to change, or that fails", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/list`;
    assert.equal(await updateFile(path, () => undefined), undefined);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    assert.equal(await updateFile(path, () => "one"), "one");
    const { ino } = await Deno.stat(path);
    await assert.rejects(
      updateFile(path, () => {
        throw new RangeError("no");
      }),
      RangeError,
    );
    assert.equal(await updateFile(path, (text) => text), "one");
    assert.equal((await Deno.stat(path)).ino, ino);
  });
});

Deno.test("updateFile does not read a file that is too large to be ours", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/list`;
    await Deno.writeTextFile(path, "x".repeat(100));
    await assert.rejects(
      updateFile(path, () => assert.fail("it was read"), { maxBytes: 99 }),
      RangeError,
    );
  });
});
