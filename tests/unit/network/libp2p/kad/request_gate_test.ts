import assert from "node:assert/strict";
import type { Connection, Stream } from "@libp2p/interface";
import { limitBytes, RequestGate } from "../../../../../src/network/libp2p/kad/request_gate.ts";

/** As much of a stream as the gate looks at. */
class FakeStream extends EventTarget {
  reason: Error | undefined;

  abort(reason: Error): void {
    this.reason = reason;
  }

  receive(bytes: number): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: new Uint8Array(bytes) }));
  }

  asStream(): Stream {
    return this as unknown as Stream;
  }
}

function createConnection(): Connection {
  return {} as Connection;
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

Deno.test("RequestGate lets a burst in, and then what an honest node asks", () => {
  let nowMs = 0;
  const gate = new RequestGate(() => nowMs);
  const connection = createConnection();
  assert.equal(ask(gate, connection, 1_000), 200);
  nowMs += 1_000;
  assert.equal(ask(gate, connection, 1_000), 20);
  nowMs += 3_600_000;
  assert.equal(ask(gate, connection, 1_000), 200);
});

Deno.test("RequestGate counts each connection for itself", () => {
  const gate = new RequestGate(() => 0);
  assert.equal(ask(gate, createConnection(), 300), 200);
  assert.equal(ask(gate, createConnection(), 300), 200);
});

Deno.test("RequestGate ends a stream on which too much comes", () => {
  const stream = new FakeStream();
  assert.ok(new RequestGate(() => 0).admit(stream.asStream(), createConnection()));
  for (let chunk = 0; chunk < 16; chunk++) stream.receive(4 * 1024);
  assert.equal(stream.reason, undefined);
  stream.receive(1);
  assert.match(String(stream.reason), /sends too much/);
});

Deno.test("limitBytes counts all that comes, in whatever pieces", () => {
  const stream = new FakeStream();
  limitBytes(stream.asStream(), 10);
  for (let chunk = 0; chunk < 10; chunk++) stream.receive(1);
  assert.equal(stream.reason, undefined);
  stream.receive(1);
  assert.ok(stream.reason);
});
