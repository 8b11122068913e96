import assert from "node:assert/strict";
import { FakeClock, runTaskGroup } from "../../../../../src/concurrency/mod.ts";
import type { RendezvousMessage } from "../../../../../src/network/discovery/rendezvous/message.ts";
import { serveRendezvous } from "../../../../../src/network/discovery/rendezvous/mod.ts";
import { RENDEZVOUS_PROTOCOL } from "../../../../../src/network/discovery/rendezvous/protocol.ts";
import { MessageStream } from "../../../../../src/network/discovery/rendezvous/wire/message_stream.ts";
import { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import type { Stream } from "../../../../../src/network/mod.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

const LIMIT = { maxMessageBytes: 1024 * 1024 };
const DISCOVER = { type: "discover", namespace: "a" } as const;

interface Served {
  readonly offences: unknown[];
  readonly refused: unknown[];
  openStream(): Promise<Stream>;
}

async function withPoint(body: (served: Served) => Promise<void>): Promise<void> {
  const clock = new FakeClock();
  const hub = new MemoryHub({ clock });
  await using network = hub.open({ peerId: "point" });
  await using mallory = hub.open({ peerId: "mallory" });
  const offences: unknown[] = [];
  const refused: unknown[] = [];
  await runTaskGroup(async (group) => {
    await serveRendezvous(group, {
      network,
      records: createFakePeerRecordCodec("point"),
      clock,
      limits: { maxRequestsPerMinute: 3 },
      onOffence: (...offence) => offences.push(offence),
      onRefused: (...refusal) => refused.push(refusal),
    });
    const openStream = () => mallory.openStream({ peerId: "point" }, RENDEZVOUS_PROTOCOL);
    await body({ offences, refused, openStream });
    group.cancel();
  });
}

async function ask(stream: Stream, message: RendezvousMessage): Promise<unknown> {
  const messages = new MessageStream(stream, LIMIT);
  await messages.write(message, {});
  return await messages.read({});
}

Deno.test("serveRendezvous blames a peer for a record with a thousand addresses", async () => {
  await withPoint(async ({ openStream, offences, refused }) => {
    const addresses = Array.from({ length: 1_000 }, (_, index) => `/ip4/10.0.0.1/tcp/${index}`);
    const signedPeerRecord = await createFakePeerRecordCodec("mallory").seal(addresses, 1n);
    await ask(await openStream(), {
      type: "register",
      namespace: "a",
      signedPeerRecord: signedPeerRecord.subarray(0, 4_097),
    });
    assert.deepEqual(refused, [["mallory", "invalid_signed_peer_record"]]);
    assert.deepEqual(offences, [["mallory", "malformed"]]);
  });
});

Deno.test("serveRendezvous blames a peer that registers somebody else", async () => {
  await withPoint(async ({ openStream, offences, refused }) => {
    const codec = createFakePeerRecordCodec("victim");
    const signedPeerRecord = await codec.seal(["/ip4/192.0.2.1/tcp/1"], 1n);
    await ask(await openStream(), { type: "register", namespace: "a", signedPeerRecord });
    assert.deepEqual(refused, [["mallory", "not_authorized"]]);
    assert.deepEqual(offences, [["mallory", "unauthorized"]]);
  });
});

Deno.test("serveRendezvous blames a peer that asks too much", async () => {
  await withPoint(async ({ openStream, offences, refused }) => {
    const stream = await openStream();
    for (let count = 0; count < 4; count++) await ask(stream, DISCOVER);
    assert.deepEqual(refused, [["mallory", "unavailable"]]);
    assert.deepEqual(offences, [["mallory", "flood"]]);
  });
});

Deno.test("serveRendezvous blames a peer for nonsense", async () => {
  await withPoint(async ({ openStream, offences }) => {
    const stream = await openStream();
    await stream.write(Uint8Array.fromHex("0108"));
    await stream.closeWrite();
    await assert.rejects(stream.read());
    assert.deepEqual(offences, [["mallory", "malformed"]]);
  });
});
