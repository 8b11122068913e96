import assert from "node:assert/strict";
import { createIdentity } from "../../../../../src/network/libp2p/identity.ts";
import { toPeerKey } from "../../../../../src/network/libp2p/kad/peer_key.ts";
import { checkRecord, selectRecord } from "../../../../../src/network/libp2p/kad/record_rules.ts";
import { createPeerRecordCodec } from "../../../../../src/network/libp2p/peer_record_codec.ts";

const ADDRESS = "/ip4/192.0.2.1/tcp/9710";

Deno.test("checkRecord reads the record of the peer that the key names", async () => {
  const identity = await createIdentity();
  const value = await createPeerRecordCodec(identity).seal([ADDRESS], 3n);
  const record = await checkRecord(toPeerKey(identity.peerId), value);
  assert.equal(record.seq, 3n);
  assert.deepEqual(record.multiaddrs, [`${ADDRESS}/p2p/${identity.peerId}`]);
});

// docs/protocol.md, 8.3
Deno.test("checkRecord refuses what another peer has signed, and what nobody has", async () => {
  const [alice, mallory] = [await createIdentity(), await createIdentity()];
  const key = toPeerKey(alice.peerId);
  const forged = await createPeerRecordCodec(mallory).seal([ADDRESS], 9n);
  const own = await createPeerRecordCodec(alice).seal([ADDRESS], 1n);
  const changed = own.with(own.length - 1, 0);
  for (const value of [forged, changed, new Uint8Array(0), new Uint8Array(5_000)]) {
    await assert.rejects(checkRecord(key, value), { code: "peer_record_invalid" });
  }
  const elsewhere = new TextEncoder().encode("/mcpp/elsewhere");
  await assert.rejects(checkRecord(elsewhere, own), { code: "peer_record_invalid" });
});

Deno.test("checkRecord refuses a record that is too long", async () => {
  const identity = await createIdentity();
  const many = Array.from({ length: 1_000 }, (_, index) => `/ip4/192.0.2.1/tcp/${index + 1}`);
  const value = await createPeerRecordCodec(identity).seal(many, 1n);
  await assert.rejects(checkRecord(toPeerKey(identity.peerId), value), /it is too long/);
});

Deno.test("selectRecord chooses the newest, and the first of equal ones", async () => {
  const identity = await createIdentity();
  const { seal } = createPeerRecordCodec(identity);
  const [one, two, three] = await Promise.all([seal([], 1n), seal([], 2n), seal([], 3n)]);
  const key = toPeerKey(identity.peerId);
  assert.equal(await selectRecord(key, [one, three, two]), 1);
  assert.equal(await selectRecord(key, [two, two]), 0);
  assert.equal(await selectRecord(key, [new Uint8Array(3), one]), 1);
});
