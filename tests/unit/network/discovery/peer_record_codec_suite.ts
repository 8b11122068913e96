import assert from "node:assert/strict";
import type { PeerRecordCodec } from "../../../../src/network/discovery/peer_record_codec.ts";
import { InvalidPeerRecordError } from "../../../../src/network/errors.ts";

/** A codec and whose it is. */
export interface CodecFixture {
  readonly peerId: string;
  readonly codec: PeerRecordCodec;
}

const ADDRESSES = ["/ip4/192.0.2.1/tcp/9710", "/ip6/2001:db8::1/tcp/9710"];

/** Run every requirement of the `PeerRecordCodec` port against an implementation. */
export function testPeerRecordCodec(name: string, create: () => Promise<CodecFixture>): void {
  Deno.test(`${name} opens what another one has sealed`, async () => {
    const { peerId, codec } = await create();
    const { codec: other } = await create();
    const record = await other.open(await codec.seal(ADDRESSES, 7n));
    const multiaddrs = ADDRESSES.map((address) => `${address}/p2p/${peerId}`);
    assert.deepEqual(record, { peerId, multiaddrs, seq: 7n });
  });

  Deno.test(`${name} says once whose the addresses are`, async () => {
    const { peerId, codec } = await create();
    const own = `/ip4/192.0.2.1/tcp/9710/p2p/${peerId}`;
    assert.deepEqual((await codec.open(await codec.seal([own], 1n))).multiaddrs, [own]);
  });

  Deno.test(`${name} keeps numbers that are larger than any time`, async () => {
    const { codec } = await create();
    const seq = 2n ** 64n - 1n;
    assert.equal((await codec.open(await codec.seal([], seq))).seq, seq);
  });

  Deno.test(`${name} refuses a record of which one byte was changed`, async () => {
    const { peerId, codec } = await create();
    const envelope = await codec.seal(ADDRESSES, 7n);
    for (let index = 0; index < envelope.length; index++) {
      const changed = envelope.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      const opened = await codec.open(changed).catch((error: unknown) => {
        assert.ok(error instanceof InvalidPeerRecordError, String(error));
      });
      // What the signature does not cover may differ, but says nothing.
      if (opened !== undefined) assert.deepEqual([opened.peerId, opened.seq], [peerId, 7n]);
    }
  });

  Deno.test(`${name} refuses what is no record`, async () => {
    const { codec } = await create();
    const envelope = await codec.seal(ADDRESSES, 7n);
    const broken = [new Uint8Array(0), Uint8Array.of(1, 2, 3), envelope.subarray(0, 40)];
    for (const bytes of broken) await assert.rejects(codec.open(bytes), InvalidPeerRecordError);
  });
}
