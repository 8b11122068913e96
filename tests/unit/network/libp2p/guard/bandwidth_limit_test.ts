import assert from "node:assert/strict";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import {
  BandwidthLimit,
  type Pausable,
} from "../../../../../src/network/libp2p/guard/bandwidth_limit.ts";

const MIB = 1024 * 1024;

/** What the limit uses of a connection. */
class FakeConnection extends EventTarget {
  status = "open";
  isPaused = false;
  pause = (): void => void (this.isPaused = true);
  resume = (): void => void (this.isPaused = false);

  receive(bytes: number): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: { byteLength: bytes } }));
  }

  close(): void {
    this.status = "closed";
    this.dispatchEvent(new Event("close"));
  }
}

function createFixture() {
  const clock = new FakeClock();
  const limit = new BandwidthLimit({ isTrusted: (peerId) => peerId === "friend", clock });
  const connect = (peerId: string): FakeConnection => {
    const connection = new FakeConnection();
    limit.watch(peerId, connection as unknown as Pausable);
    return connection;
  };
  return { clock, connect };
}

Deno.test("BandwidthLimit does not read for a while from who sends too fast", async () => {
  const { clock, connect } = createFixture();
  const connection = connect("mallory");
  connection.receive(32 * MIB);
  assert.equal(connection.isPaused, false);
  connection.receive(16 * MIB);
  assert.equal(connection.isPaused, true);
  await clock.advance(999);
  assert.equal(connection.isPaused, true);
  await clock.advance(1);
  assert.equal(connection.isPaused, false);
  connection.receive(MIB);
  assert.equal(connection.isPaused, true);
});

Deno.test("BandwidthLimit counts all connections of a peer together", () => {
  const { connect } = createFixture();
  connect("mallory").receive(32 * MIB);
  const second = connect("mallory");
  second.receive(MIB);
  assert.equal(second.isPaused, true);
  const other = connect("alice");
  other.receive(MIB);
  assert.equal(other.isPaused, false);
});

Deno.test("BandwidthLimit lets trusted peers send as fast as they can", () => {
  const { connect } = createFixture();
  const connection = connect("friend");
  connection.receive(1_000 * MIB);
  assert.equal(connection.isPaused, false);
});

Deno.test("BandwidthLimit leaves a connection alone that is closed meanwhile", async () => {
  const { clock, connect } = createFixture();
  const connection = connect("mallory");
  connection.receive(48 * MIB);
  connection.resume = () => assert.fail("it is closed");
  connection.close();
  await clock.advance(10_000);
  connection.receive(MIB);
});
