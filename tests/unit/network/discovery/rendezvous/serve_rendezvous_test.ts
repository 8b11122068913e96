import assert from "node:assert/strict";
import { FakeClock, runTaskGroup, systemClock } from "../../../../../src/concurrency/mod.ts";
import type { RendezvousLimits } from "../../../../../src/network/discovery/rendezvous/limits.ts";
import type { RendezvousMessage } from "../../../../../src/network/discovery/rendezvous/message.ts";
import { RENDEZVOUS_PROTOCOL } from "../../../../../src/network/discovery/rendezvous/protocol.ts";
import { serveRendezvous } from "../../../../../src/network/discovery/rendezvous/serve_rendezvous.ts";
import { MessageStream } from "../../../../../src/network/discovery/rendezvous/wire/message_stream.ts";
import { MemoryHub } from "../../../../../src/network/memory/mod.ts";
import {
  ProtocolUnsupportedError,
  type Stream,
  StreamResetError,
} from "../../../../../src/network/mod.ts";
import { FakeLogger } from "../../fake_logger.ts";
import { createFakePeerRecordCodec } from "../fake_peer_record_codec.ts";

interface Fixture {
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  openStream(): Promise<Stream>;
}

/** A point, and a peer that is connected to it. */
async function withPoint(
  run: (fixture: Fixture) => Promise<void>,
  limits: Partial<RendezvousLimits> = {},
): Promise<void> {
  const clock = new FakeClock();
  const logger = new FakeLogger();
  const hub = new MemoryHub({ clock: systemClock });
  await using network = hub.open({ peerId: "point", logger });
  await using alice = hub.open({ peerId: "alice" });
  const records = createFakePeerRecordCodec("point");
  await runTaskGroup(async (group) => {
    await serveRendezvous(group, { network, records, clock, limits, logger });
    const openStream = () => alice.openStream({ peerId: "point" }, RENDEZVOUS_PROTOCOL);
    await run({ clock, logger, openStream });
    group.cancel();
  });
  await assert.rejects(
    alice.openStream({ peerId: "point" }, RENDEZVOUS_PROTOCOL),
    ProtocolUnsupportedError,
  );
}

const LIMIT = { maxMessageBytes: 1024 * 1024 };
const DISCOVER = { type: "discover", namespace: "a" } as const;

async function ask(
  messages: MessageStream,
  message: RendezvousMessage,
): Promise<RendezvousMessage | null> {
  await messages.write(message, {});
  return await messages.read({});
}

Deno.test("serveRendezvous answers one request after the other on a stream", () =>
  withPoint(async ({ openStream }) => {
    const stream = await openStream();
    const messages = new MessageStream(stream, LIMIT);
    const record = await createFakePeerRecordCodec("alice").seal(["/ip4/192.0.2.1/tcp/1"], 1n);
    const registration = { namespace: "a", signedPeerRecord: record };
    const answer = await ask(messages, { type: "register", ...registration });
    assert.deepEqual(answer, { type: "register_response", status: "OK", ttlSeconds: 7200 });
    const list = await ask(messages, DISCOVER);
    assert.ok(list?.type === "discover_response");
    assert.deepEqual(list.registrations, [{ ...registration, ttlSeconds: 7200 }]);
    await messages.write({ type: "unregister", namespace: "a" }, {});
    const empty = await ask(messages, DISCOVER);
    assert.ok(empty?.type === "discover_response");
    assert.deepEqual(empty.registrations, []);
    await stream.closeWrite();
    assert.equal(await messages.read({}), null);
    await stream.close();
  }));

Deno.test("serveRendezvous breaks a stream of nonsense, and reports no failure of its own", () =>
  withPoint(async ({ openStream, logger }) => {
    const nonsense = ["ffffffffffffffffffffff", "ffff7f", "0108", "0a08011a0600000000000000"];
    for (const hex of nonsense) {
      const stream = await openStream();
      await stream.write(Uint8Array.fromHex(hex));
      await stream.closeWrite();
      await assert.rejects(stream.read(), StreamResetError);
    }
    assert.deepEqual(logger.lines.filter(([level]) => level !== "debug"), []);
    const messages = new MessageStream(await openStream(), LIMIT);
    assert.equal((await ask(messages, DISCOVER))?.type, "discover_response");
  }));

Deno.test("serveRendezvous breaks a stream on which answers are sent", () =>
  withPoint(async ({ openStream }) => {
    const messages = new MessageStream(await openStream(), LIMIT);
    const answer = { type: "register_response", status: "OK" } as const;
    await assert.rejects(ask(messages, answer), StreamResetError);
  }));

Deno.test("serveRendezvous waits for a request no longer than its limit", () =>
  withPoint(async ({ openStream, clock }) => {
    const slow = await openStream();
    await slow.write(Uint8Array.of(50));
    await clock.advance(999);
    await slow.write(Uint8Array.of(8));
    await clock.advance(1);
    await assert.rejects(slow.read(), StreamResetError);
    assert.equal(clock.pendingTimers, 0);
  }, { messageTimeoutMs: 1000 }));

Deno.test("serveRendezvous refuses a peer that asks too much, and ends its stream", () =>
  withPoint(async ({ openStream, clock }) => {
    const messages = new MessageStream(await openStream(), LIMIT);
    const ok = await ask(messages, DISCOVER);
    assert.ok(ok?.type === "discover_response" && ok.status === "OK");
    const refused = await ask(messages, DISCOVER);
    assert.ok(refused?.type === "discover_response");
    assert.deepEqual([refused.status, refused.statusText], ["E_UNAVAILABLE", "too many requests"]);
    assert.equal(await messages.read({}), null);
    await clock.advance(60_000);
    const again = await ask(new MessageStream(await openStream(), LIMIT), DISCOVER);
    assert.ok(again?.type === "discover_response" && again.status === "OK");
  }, { maxRequestsPerMinute: 1 }));

Deno.test("serveRendezvous lets one peer have a limited number of streams", () =>
  withPoint(async ({ openStream }) => {
    const [first, second] = [await openStream(), await openStream()];
    await assert.rejects(second.read(), StreamResetError);
    assert.equal((await ask(new MessageStream(first, LIMIT), DISCOVER))?.type, "discover_response");
  }, { maxStreamsPerPeer: 1 }));
