import assert from "node:assert/strict";
import type { Connection, Stream } from "@libp2p/interface";
import { concatBytes } from "../../../../../src/codec/mod.ts";
import { encodeVarint } from "../../../../../src/codec/varint.ts";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { limitBytes, RequestGate } from "../../../../../src/network/libp2p/kad/request_gate.ts";

/** As much of a stream as the gate looks at. */
class FakeStream extends EventTarget {
  reason: Error | undefined;

  abort(reason: Error): void {
    this.reason = reason;
  }

  receive(data: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  asStream(): Stream {
    return this as unknown as Stream;
  }
}

function createConnection(peerId: string): Connection {
  return { remotePeer: { toString: () => peerId } } as Connection;
}

function ask(gate: RequestGate, connection: Connection, times: number): number {
  let admitted = 0;
  for (let time = 0; time < times; time++) {
    const stream = new FakeStream();
    if (gate.admit(stream.asStream(), connection)) admitted++;
    else assert.match(String(stream.reason), /asks too often/);
  }
  return admitted;
}

const ignore = (): void => {};

function createGate(clock = new FakeClock(), onFlood: (peerId: string) => void = ignore) {
  return new RequestGate({ clock, onFlood });
}

/** A question of so many bytes, of which two are its length. */
function question(bytes: number): Uint8Array {
  return concatBytes([encodeVarint(bytes - 2), new Uint8Array(bytes - 2)]);
}

Deno.test("RequestGate lets a burst in, and then what an honest node asks", async () => {
  const clock = new FakeClock();
  const gate = createGate(clock);
  const connection = createConnection("alice");
  assert.equal(ask(gate, connection, 1_000), 400);
  await clock.advance(1_000);
  assert.equal(ask(gate, connection, 1_000), 20);
  await clock.advance(3_600_000);
  assert.equal(ask(gate, connection, 1_000), 400);
});

Deno.test("RequestGate counts each peer for itself, on all its connections together", () => {
  const gate = createGate();
  assert.equal(ask(gate, createConnection("alice"), 300), 300);
  assert.equal(ask(gate, createConnection("alice"), 300), 100);
  assert.equal(ask(gate, createConnection("bob"), 300), 300);
});

Deno.test("RequestGate counts all questions on a stream, and lets nobody answer what is too much", () => {
  const floods: string[] = [];
  const gate = createGate(new FakeClock(), (peerId) => floods.push(peerId));
  const connection = createConnection("alice");
  const stream = new FakeStream();
  assert.ok(gate.admit(stream.asStream(), connection));
  let read = 0;
  stream.addEventListener("message", () => read++);
  const empty = 0;
  stream.receive(new Uint8Array(400).fill(empty));
  assert.deepEqual([stream.reason, read], [undefined, 1]);
  stream.receive(Uint8Array.of(empty));
  assert.match(String(stream.reason), /asks too often/);
  assert.deepEqual([read, floods], [1, ["alice"]]);
});

Deno.test("RequestGate ends a stream on which too much comes", () => {
  const stream = new FakeStream();
  assert.ok(createGate().admit(stream.asStream(), createConnection("alice")));
  for (let chunk = 0; chunk < 16; chunk++) stream.receive(question(4 * 1024));
  assert.equal(stream.reason, undefined);
  stream.receive(Uint8Array.of(0));
  assert.match(String(stream.reason), /sends too much/);
});

Deno.test("limitBytes counts all that comes, in whatever pieces", () => {
  const stream = new FakeStream();
  limitBytes(stream.asStream(), 10);
  for (let chunk = 0; chunk < 10; chunk++) stream.receive(Uint8Array.of(0));
  assert.equal(stream.reason, undefined);
  stream.receive(Uint8Array.of(0));
  assert.ok(stream.reason);
});
