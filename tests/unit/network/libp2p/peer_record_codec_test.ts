import assert from "node:assert/strict";
import { privateKeyOf } from "../../../../src/network/libp2p/identity.ts";
import { createIdentity, createPeerRecordCodec } from "../../../../src/network/libp2p/mod.ts";
import { InvalidPeerRecordError } from "../../../../src/network/errors.ts";
import { RecordEnvelope } from "@libp2p/peer-record";
import { peerIdFromString } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { testPeerRecordCodec } from "../discovery/peer_record_codec_suite.ts";

testPeerRecordCodec("createPeerRecordCodec", async () => {
  const identity = await createIdentity();
  return { peerId: identity.peerId, codec: createPeerRecordCodec(identity) };
});

interface HandMadeRecord {
  readonly domain: string;
  readonly codec: Uint8Array;
  readonly about: string;
}

/** Byte by byte as RFC 0002 and RFC 0003 have it; all lengths are below 128. */
async function makeByHand({ domain, codec, about }: HandMadeRecord): Promise<Uint8Array> {
  const address = multiaddr("/ip4/192.0.2.1/tcp/9710").bytes;
  const peer = peerIdFromString(about).toMultihash().bytes;
  const payload = Uint8Array.from([
    ...[0x0a, peer.length, ...peer],
    ...[0x10, 42],
    ...[0x1a, address.length + 2, 0x0a, address.length, ...address],
  ]);
  const privateKey = privateKeyOf(signer);
  const name = new TextEncoder().encode(domain);
  const signed = [name.length, ...name, codec.length, ...codec, payload.length, ...payload];
  const signature = await privateKey.sign(Uint8Array.from(signed));
  const publicKey = [0x08, 1, 0x12, 32, ...privateKey.publicKey.raw];
  return Uint8Array.from([
    ...[0x0a, publicKey.length, ...publicKey],
    ...[0x12, codec.length, ...codec],
    ...[0x1a, payload.length, ...payload],
    ...[0x2a, signature.length, ...signature],
  ]);
}

const signer = await createIdentity();
const stranger = await createIdentity();
const { open } = createPeerRecordCodec(stranger);
const STANDARD = { domain: "libp2p-peer-record", codec: Uint8Array.of(3, 1) };
const RFC_0003 = {
  domain: "libp2p-routing-state",
  codec: new TextEncoder().encode("/libp2p/routing-state-record"),
};

Deno.test("createPeerRecordCodec opens records of both forms that are in use", async () => {
  for (const form of [STANDARD, RFC_0003]) {
    const record = await open(await makeByHand({ ...form, about: signer.peerId }));
    assert.deepEqual(record, {
      peerId: signer.peerId,
      multiaddrs: [`/ip4/192.0.2.1/tcp/9710/p2p/${signer.peerId}`],
      seq: 42n,
    });
  }
});

Deno.test("createPeerRecordCodec refuses a record about another peer than its signer", async () => {
  const envelope = await makeByHand({ ...STANDARD, about: stranger.peerId });
  await assert.rejects(open(envelope), (error) => {
    assert.ok(error instanceof InvalidPeerRecordError);
    assert.equal(error.code, "peer_record_invalid");
    assert.match(error.message, /about another peer/);
    return true;
  });
});

Deno.test("createPeerRecordCodec refuses what was signed for another purpose", async () => {
  const about = signer.peerId;
  for (const domain of ["libp2p-routing-state", "something else"]) {
    const envelope = await makeByHand({ domain, codec: STANDARD.codec, about });
    await assert.rejects(open(envelope), /signature is wrong/);
  }
  const other = await makeByHand({ domain: STANDARD.domain, codec: Uint8Array.of(3, 2), about });
  await assert.rejects(open(other), /holds something else/);
});

Deno.test("createPeerRecordCodec seals in the form that Go and JavaScript use", async () => {
  const envelope = await createPeerRecordCodec(signer).seal(["/ip4/192.0.2.1/tcp/1"], 1n);
  const opened = await RecordEnvelope.openAndCertify(envelope, STANDARD.domain);
  assert.deepEqual(opened.payloadType.slice(), STANDARD.codec);
});
