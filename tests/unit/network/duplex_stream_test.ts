import assert from "node:assert/strict";
import { FakeClock } from "../../../src/concurrency/mod.ts";
import { DuplexStream, type StreamLink } from "../../../src/network/duplex_stream.ts";
import { StreamResetError } from "../../../src/network/mod.ts";

class FakeLink implements StreamLink {
  readonly events: string[] = [];
  readonly sent: number[] = [];
  writable: Promise<void> | undefined;

  whenWritable(): Promise<void> | undefined {
    return this.writable;
  }
  send(chunk: Uint8Array): void {
    this.sent.push(chunk.length);
  }
  endWrite(): Promise<void> {
    this.events.push("endWrite");
    return Promise.resolve();
  }
  pause(): void {
    this.events.push("pause");
  }
  resume(): void {
    this.events.push("resume");
  }
  reset(reason: Error): void {
    this.events.push(`reset: ${reason.message}`);
  }
}

function open() {
  const link = new FakeLink();
  const clock = new FakeClock();
  const finished: string[] = [];
  const stream = new DuplexStream(link, {
    protocol: "/test/1",
    remotePeerId: "bob",
    clock,
    onFinished: () => finished.push("finished"),
  });
  return { link, clock, stream, finished };
}

Deno.test("DuplexStream pauses the sender at 256 KiB and lets it go on at half of that", async () => {
  const { link, stream } = open();
  for (let count = 0; count < 5; count++) stream.receive(new Uint8Array(64 * 1024));
  assert.deepEqual(link.events, ["pause"]);
  await stream.read();
  await stream.read();
  assert.deepEqual(link.events, ["pause"]);
  await stream.read();
  assert.deepEqual(link.events, ["pause", "resume"]);
});

Deno.test("DuplexStream sends large writes in pieces", async () => {
  const { link, stream } = open();
  await stream.write(new Uint8Array(150_000));
  assert.deepEqual(link.sent, [65_536, 65_536, 18_928]);
});

Deno.test("DuplexStream gives what was received before an error, then the error", async () => {
  const { stream } = open();
  const waiting = stream.read();
  stream.receive(Uint8Array.of(1));
  assert.deepEqual(await waiting, Uint8Array.of(1));
  stream.receive(Uint8Array.of(2));
  stream.failByReset("the connection is lost");
  assert.deepEqual(await stream.read(), Uint8Array.of(2));
  await assert.rejects(stream.read(), {
    name: "StreamResetError",
    message: 'Cannot go on with stream as the connection is lost: peer "bob", protocol "/test/1"',
  });
  await assert.rejects(stream.write(Uint8Array.of(3)), StreamResetError);
  await assert.rejects(stream.closeWrite(), StreamResetError);
  await stream.close();
});

Deno.test("DuplexStream finishes once, when both halves have ended", async () => {
  const { stream, finished, link } = open();
  stream.receiveEnd();
  assert.deepEqual(finished, []);
  await stream.close();
  await stream.close();
  stream.abort(new Error("too late"));
  assert.deepEqual(finished, ["finished"]);
  assert.deepEqual(link.events, ["endWrite"]);
});

Deno.test("DuplexStream close resets a stream whose other side does not end its half", async () => {
  const { stream, clock, link, finished } = open();
  const closing = stream.close();
  await clock.advance(29_999);
  assert.deepEqual(finished, []);
  await clock.advance(1);
  await closing;
  assert.equal(finished.length, 1);
  assert.match(link.events.at(-1) ?? "", /^reset: .*the other side did not end its half/);
});

Deno.test("DuplexStream close gives up when its signal aborts", async () => {
  const { stream } = open();
  const controller = new AbortController();
  const closing = stream.close({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(closing, reason);
});

Deno.test("DuplexStream close wakes a reader", async () => {
  const { stream } = open();
  const reading = stream.read();
  const closing = stream.close();
  assert.equal(await reading, null);
  stream.receive(new Uint8Array(10));
  stream.receiveEnd();
  await closing;
  assert.equal(await stream.read(), null);
});

Deno.test("DuplexStream abort wakes readers and writers with its reason", async () => {
  const { stream, link, finished } = open();
  const writable = Promise.withResolvers<void>();
  link.writable = writable.promise;
  const reason = new Error("no longer needed");
  const reading = assert.rejects(stream.read(), reason);
  const writing = assert.rejects(stream.write(new Uint8Array(1)), reason);
  stream.abort(reason);
  writable.resolve();
  await Promise.all([reading, writing]);
  assert.deepEqual(link.events, ["reset: no longer needed"]);
  assert.deepEqual(link.sent, []);
  assert.equal(finished.length, 1);
});

Deno.test("DuplexStream is outdated when its adapter says so, and never without one that does", () => {
  let isOutdated = false;
  const options = { protocol: "/test/1", remotePeerId: "bob", clock: new FakeClock() };
  const stream = new DuplexStream(new FakeLink(), { ...options, isOutdated: () => isOutdated });
  assert.equal(stream.isOutdated, false);
  isOutdated = true;
  assert.equal(stream.isOutdated, true);
  assert.equal(new DuplexStream(new FakeLink(), options).isOutdated, false);
});
