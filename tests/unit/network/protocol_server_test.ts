import assert from "node:assert/strict";
import {
  FakeClock,
  runTaskGroup,
  type TaskGroup,
  waitForAbort,
} from "../../../src/concurrency/mod.ts";
import type { DuplexStream } from "../../../src/network/duplex_stream.ts";
import { createMemoryStreamPair } from "../../../src/network/memory/memory_link.ts";
import type { Refusal, StreamHandler } from "../../../src/network/mod.ts";
import { ProtocolServer } from "../../../src/network/protocol_server.ts";

const PROTOCOL = "/test/1";

class Fixture {
  readonly clock = new FakeClock();
  readonly refusals: Refusal[] = [];
  readonly floods: string[] = [];
  readonly trusted = new Set<string>();
  readonly served: string[] = [];
  readonly server: ProtocolServer;

  constructor(group: TaskGroup, handler: StreamHandler = () => Promise.resolve()) {
    this.server = new ProtocolServer({
      group,
      protocol: PROTOCOL,
      handler: async (stream, signal) => {
        this.served.push(stream.remotePeerId);
        await handler(stream, signal);
      },
      maxStreamsPerPeer: 30,
      maxStreamsPerSecond: 2,
      conduct: {
        isTrusted: (peerId) => this.trusted.has(peerId),
        refuse: (refusal) => this.refusals.push(refusal),
      },
      onFlood: (peerId) => this.floods.push(peerId),
      clock: this.clock,
      logger: undefined,
    });
  }

  accept(remotePeerId: string): DuplexStream {
    const options = { protocol: PROTOCOL, remotePeerId, clock: this.clock };
    const { near, far } = createMemoryStreamPair(options, options);
    this.server.accept(far);
    return near;
  }

  async settle(): Promise<void> {
    await this.clock.advance(0);
  }
}

// docs/protocol.md, 6.3
Deno.test("ProtocolServer lets a peer that is too fast wait, and refuses it nothing", async () => {
  await runTaskGroup(async (group) => {
    const fixture = new Fixture(group);
    for (let count = 0; count < 24; count++) fixture.accept("alice");
    fixture.accept("bob");
    await fixture.settle();
    assert.equal(fixture.served.filter((peerId) => peerId === "alice").length, 20);
    assert.deepEqual(fixture.served.filter((peerId) => peerId === "bob"), ["bob"]);
    await fixture.clock.advance(1_000);
    assert.equal(fixture.served.length, 23);
    await fixture.clock.advance(1_000);
    assert.equal(fixture.served.length, 25);
    assert.deepEqual(fixture.refusals, []);
    group.cancel();
  });
});

Deno.test("ProtocolServer lets trusted peers be as fast as they like", async () => {
  await runTaskGroup(async (group) => {
    const fixture = new Fixture(group);
    fixture.trusted.add("friend");
    for (let count = 0; count < 30; count++) fixture.accept("friend");
    await fixture.settle();
    assert.equal(fixture.served.length, 30);
    group.cancel();
  });
});

Deno.test("ProtocolServer refuses streams beyond the limit, and tells of each", async () => {
  await runTaskGroup(async (group) => {
    const fixture = new Fixture(group, (_stream, signal) => waitForAbort(signal));
    for (let count = 0; count < 30; count++) fixture.accept("mallory");
    assert.deepEqual(fixture.refusals, []);
    const stream = fixture.accept("mallory");
    await assert.rejects(stream.read(), { code: "stream_reset" });
    const refusal = { peerId: "mallory", reason: "too_many_streams", subject: PROTOCOL };
    assert.deepEqual(fixture.refusals, [refusal]);
    assert.deepEqual(fixture.floods, ["mallory"]);
    fixture.accept("alice");
    assert.equal(fixture.refusals.length, 1);
    group.cancel();
  });
});
