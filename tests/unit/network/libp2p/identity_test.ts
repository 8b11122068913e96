import assert from "node:assert/strict";
import { privateKeyFromProtobuf } from "@libp2p/crypto/keys";
import { privateKeyOf } from "../../../../src/network/libp2p/identity.ts";
import { createIdentity, loadOrCreateIdentity } from "../../../../src/network/libp2p/mod.ts";
import { IdentityInvalidError, IdentityUnreadableError } from "../../../../src/network/mod.ts";
import { withDirectory } from "../with_directory.ts";

Deno.test("loadOrCreateIdentity keeps the peer id", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/new/place/identity.key`;
    const created = await loadOrCreateIdentity(path);
    const loaded = await loadOrCreateIdentity(path);
    assert.match(created.peerId, /^12D3KooW/);
    assert.equal(loaded.peerId, created.peerId);
    assert.ok(privateKeyOf(loaded).equals(privateKeyOf(created)));
  }));

Deno.test("loadOrCreateIdentity writes a standard key that only the owner can read", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    const identity = await loadOrCreateIdentity(path);
    const { mode } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    const bytes = await Deno.readFile(path);
    // KeyType Ed25519 (1), then 64 bytes of data.
    assert.deepEqual([...bytes.subarray(0, 4)], [0x08, 0x01, 0x12, 0x40]);
    assert.ok(privateKeyFromProtobuf(bytes).equals(privateKeyOf(identity)));
    const entries = await Array.fromAsync(Deno.readDir(directory));
    assert.deepEqual(entries.map(({ name }) => name), ["identity.key"]);
  }));

Deno.test("loadOrCreateIdentity gives all who start at once the same identity", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    const all = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateIdentity(path)));
    assert.equal(new Set(all.map(({ peerId }) => peerId)).size, 1);
    assert.equal((await loadOrCreateIdentity(path)).peerId, all[0]?.peerId);
  }));

Deno.test("loadOrCreateIdentity refuses a file that holds no Ed25519 key and leaves it alone", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    await loadOrCreateIdentity(path);
    const good = await Deno.readFile(path);
    const secp256k1 = Uint8Array.of(0x08, 0x02, 0x12, 0x20, ...new Uint8Array(32).fill(7));
    for (const bad of [new Uint8Array(0), good.subarray(0, 40), new Uint8Array(68), secp256k1]) {
      await Deno.writeFile(path, bad);
      await assert.rejects(loadOrCreateIdentity(path), (error) => {
        assert.ok(error instanceof IdentityInvalidError, String(error));
        assert.equal(error.code, "identity_invalid");
        assert.ok(error.message.includes(path) && error.hint);
        return true;
      });
      assert.deepEqual(await Deno.readFile(path), new Uint8Array(bad));
    }
  }));

Deno.test("loadOrCreateIdentity says when the file is not accessible", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/file`, "");
    for (const path of [directory, `${directory}/file/identity.key`]) {
      await assert.rejects(loadOrCreateIdentity(path), (error) => {
        assert.ok(error instanceof IdentityUnreadableError, String(error));
        assert.equal(error.code, "identity_unreadable");
        return true;
      });
    }
  }));

Deno.test("createIdentity does not show its key", async () => {
  const identity = await createIdentity();
  assert.equal(JSON.stringify(identity), `{"peerId":"${identity.peerId}"}`);
  assert.deepEqual(Reflect.ownKeys(identity), ["peerId"]);
  assert.throws(() => privateKeyOf({ ...identity }), TypeError);
});
