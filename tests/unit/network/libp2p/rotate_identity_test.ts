import assert from "node:assert/strict";
import {
  loadOrCreateIdentity,
  readIdentity,
  rotateIdentity,
} from "../../../../src/network/libp2p/mod.ts";
import { IdentityInvalidError, IdentityUnreadableError } from "../../../../src/network/mod.ts";
import { withDirectory } from "../with_directory.ts";

const NOW = { nowMs: Date.UTC(2026, 2, 4, 5, 6, 7, 8) };

Deno.test("rotateIdentity makes a new identity and keeps the old key, with the date", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    const old = await loadOrCreateIdentity(path);
    const { before, after, backupPath } = await rotateIdentity(path, NOW);
    assert.equal(before?.peerId, old.peerId);
    assert.notEqual(after.peerId, old.peerId);
    assert.equal((await readIdentity(path))?.peerId, after.peerId);
    assert.equal(backupPath, `${path}.2026-03-04T05-06-07Z.bak`);
    assert.equal((await readIdentity(backupPath))?.peerId, old.peerId);
    for (const file of [path, backupPath]) {
      assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("rotateIdentity overwrites no backup, and changes nothing then", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    await loadOrCreateIdentity(path);
    const { before, after } = await rotateIdentity(path, NOW);
    await assert.rejects(rotateIdentity(path, NOW), IdentityUnreadableError);
    assert.equal((await readIdentity(path))?.peerId, after.peerId);
    const backup = await readIdentity(`${path}.2026-03-04T05-06-07Z.bak`);
    assert.equal(backup?.peerId, before?.peerId);
  }));

Deno.test("rotateIdentity makes the first identity where there is none", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/new/identity.key`;
    assert.equal(await readIdentity(path), undefined);
    const { before, after, backupPath } = await rotateIdentity(path, NOW);
    assert.deepEqual([before, backupPath], [undefined, undefined]);
    assert.equal((await readIdentity(path))?.peerId, after.peerId);
  }));

Deno.test("rotateIdentity leaves a file alone that holds something else", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/identity.key`;
    await Deno.writeTextFile(path, "my notes");
    await assert.rejects(rotateIdentity(path, NOW), IdentityInvalidError);
    await assert.rejects(readIdentity(path), IdentityInvalidError);
    assert.equal(await Deno.readTextFile(path), "my notes");
  }));
