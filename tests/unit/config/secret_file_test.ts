import assert from "node:assert/strict";
import { readSecretFile, SecretFileError } from "../../../src/config/mod.ts";

async function withFile(
  text: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

function refuses(path: string, message: RegExp): Promise<void> {
  return assert.rejects(readSecretFile(path), (error) => {
    assert(error instanceof SecretFileError);
    assert.equal(error.code, "secret_file_unusable");
    assert.match(error.message, message);
    assert(error.message.includes(path));
    return true;
  });
}

Deno.test("readSecretFile trims the secret and is content with a private file", async () => {
  await withFile("  s3cret \r\n", async (path) => {
    await Deno.chmod(path, 0o600);
    assert.deepEqual(await readSecretFile(path), { value: "s3cret", warnings: [] });
  });
});

Deno.test("readSecretFile warns when every user can read the file", async () => {
  await withFile("s3cret", async (path) => {
    await Deno.chmod(path, 0o644);
    const { warnings } = await readSecretFile(path);
    assert.equal(warnings.length, 1);
    assert(warnings[0]?.includes(path));
    assert.doesNotMatch(warnings.join(), /s3cret/);
  });
});

Deno.test("readSecretFile refuses a file that is empty, has two lines, or is too long", async () => {
  await withFile(" \n", (path) => refuses(path, /the file is empty/));
  await withFile("a\nb\n", (path) => refuses(path, /more than one line/));
  await withFile("a".repeat(20_000), (path) => refuses(path, /longer than/));
});

Deno.test("readSecretFile refuses a file that is missing or is a directory", async () => {
  await refuses("/nowhere/token", /there is no such file/);
  await refuses("/", /cannot be read/);
});
