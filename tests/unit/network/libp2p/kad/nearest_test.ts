import assert from "node:assert/strict";
import { peerIdFromString } from "@libp2p/peer-id";
import { sha256 } from "multiformats/hashes/sha2";
import { Nearest } from "../../../../../src/network/libp2p/kad/nearest.ts";
import { createPeerId } from "../../discovery/create_peer_id.ts";

const KEY = new TextEncoder().encode("key");

async function distanceOf(peerId: string): Promise<bigint> {
  const target = (await sha256.digest(KEY)).digest;
  const own = (await sha256.digest(peerIdFromString(peerId).toMultihash().bytes)).digest;
  return own.reduce((sum, byte, index) => sum * 256n + BigInt(byte ^ (target[index] ?? 0)), 0n);
}

Deno.test("Nearest lists those that are nearest to the key, nearest first", async () => {
  const nearest = await Nearest.create(KEY, 5);
  const peerIds = Array.from({ length: 40 }, (_, seed) => createPeerId(seed));
  const distances = new Map<string, bigint>();
  for (const peerId of peerIds) {
    await nearest.add(peerIdFromString(peerId));
    distances.set(peerId, await distanceOf(peerId));
  }
  const expected = [...distances].sort(([, a], [, b]) => a < b ? -1 : 1).map(([peerId]) => peerId);
  assert.deepEqual(nearest.list().map(String), expected.slice(0, 5));
  assert.equal(nearest.size, 40);
});

Deno.test("Nearest counts a peer once", async () => {
  const nearest = await Nearest.create(KEY, 5);
  for (let round = 0; round < 3; round++) await nearest.add(peerIdFromString(createPeerId(1)));
  assert.equal(nearest.list().length, 1);
});
