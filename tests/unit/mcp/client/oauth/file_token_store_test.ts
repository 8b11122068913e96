import assert from "node:assert/strict";
import { join } from "node:path";
import { createFileTokenStore, type StoredLogin } from "../../../../../src/mcp/client/mod.ts";

const RESOURCE = "https://example.org/mcp";
const LOGIN: StoredLogin = {
  current: "https://login.example",
  issuers: {
    "https://login.example": { tokens: { "access_token": "s3cret" }, expiresAtMs: 1234 },
  },
};

async function withDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(join(directory, "oauth"));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function listFiles(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => join(directory, name));
}

Deno.test("createFileTokenStore keeps a login for each server", async () => {
  await withDirectory(async (directory) => {
    const store = createFileTokenStore(directory);
    assert.equal(await store.load(RESOURCE), undefined);
    await store.save(RESOURCE, LOGIN);
    await store.save("https://other.example/mcp", { issuers: {} });
    assert.deepEqual(await createFileTokenStore(directory).load(RESOURCE), LOGIN);
    const other = await store.load("https://other.example/mcp");
    assert.deepEqual(other, { current: undefined, issuers: {} });
    assert.equal((await listFiles(directory)).length, 2);
  });
});

Deno.test({
  name: "createFileTokenStore lets only this user read what it keeps",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withDirectory(async (directory) => {
      const store = createFileTokenStore(directory);
      await store.save(RESOURCE, LOGIN);
      await store.save(RESOURCE, LOGIN);
      const [file = ""] = await listFiles(directory);
      const bits = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;
      assert.deepEqual([await bits(directory), await bits(file)], [0o700, 0o600]);
    }),
});

for (const text of ["", "{", "[]", '{"version":2}', '{"version":1,"resource":"x","issuers":{}}']) {
  Deno.test(`createFileTokenStore passes over a file that holds ${JSON.stringify(text)}`, async () => {
    await withDirectory(async (directory) => {
      const store = createFileTokenStore(directory);
      await store.save(RESOURCE, LOGIN);
      const [file = ""] = await listFiles(directory);
      await Deno.writeTextFile(file, text);
      assert.equal(await store.load(RESOURCE), undefined);
      await store.save(RESOURCE, LOGIN);
      assert.deepEqual(await store.load(RESOURCE), LOGIN);
    });
  });
}

Deno.test("createFileTokenStore leaves nothing behind when it cannot write", async () => {
  await withDirectory(async (directory) => {
    await Deno.writeTextFile(directory, "a file where the directory should be");
    await assert.rejects(createFileTokenStore(directory).save(RESOURCE, LOGIN));
  });
});
