import assert from "node:assert/strict";
import { OwnRecord } from "../../../../../src/network/discovery/rendezvous/own_record.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

const { seal, open } = createFakePeerRecordCodec("alice");
const HERE = ["/ip4/192.0.2.1/tcp/1"];
const THERE = ["/ip4/192.0.2.2/tcp/1"];

Deno.test("OwnRecord signs once for all who ask, and anew when the addresses have changed", async () => {
  const record = new OwnRecord({ seal });
  const [first, second] = await Promise.all([record.get(HERE, 1000), record.get(HERE, 2000)]);
  assert.equal(first, second);
  assert.equal((await open(first)).seq, 1000n);
  assert.equal((await open(await record.get(THERE, 3000.7))).seq, 3000n);
});

Deno.test("OwnRecord never numbers a record lower than the one before", async () => {
  const record = new OwnRecord({ seal });
  await record.get(HERE, 5000);
  assert.equal((await open(await record.get(THERE, 1000))).seq, 5001n);
});

Deno.test("OwnRecord tries again after it could not sign", async () => {
  let isBroken = true;
  const record = new OwnRecord({
    seal: (...args) => isBroken ? Promise.reject(new Error("No key")) : seal(...args),
  });
  await assert.rejects(record.get(HERE, 1), /No key/);
  isBroken = false;
  assert.equal((await open(await record.get(HERE, 2))).peerId, "alice");
});
