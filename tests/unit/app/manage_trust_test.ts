import assert from "node:assert/strict";
import { OwnerNotRevocableError } from "../../../src/app/errors.ts";
import { revokePeer, trustPeer } from "../../../src/app/manage_trust.ts";
import { createConfig } from "../../../src/config/mod.ts";
import { loadOrCreateIdentity } from "../../../src/network/libp2p/mod.ts";
import { withDirectory } from "../network/with_directory.ts";

Deno.test("revokePeer revokes whomever but this machine's owner", () =>
  withDirectory(async (dataDir) => {
    const config = createConfig({ dataDir });
    const owner = await loadOrCreateIdentity(`${dataDir}/worker/identity.key`);
    const other = await loadOrCreateIdentity(`${dataDir}/other.key`);
    await trustPeer(config, { peer: owner.peerId, name: "me" });
    for (const peer of [owner.peerId, "me"]) {
      await assert.rejects(revokePeer(config, peer), OwnerNotRevocableError);
    }
    const { peerId } = other;
    assert.deepEqual(await revokePeer(config, peerId), { peerId, hasChanged: true });
  }));

Deno.test("revokePeer works before any node has run", () =>
  withDirectory(async (dataDir) => {
    const { peerId } = await loadOrCreateIdentity(`${dataDir}/other.key`);
    const revoked = await revokePeer(createConfig({ dataDir }), peerId);
    assert.deepEqual(revoked, { peerId, hasChanged: true });
  }));
