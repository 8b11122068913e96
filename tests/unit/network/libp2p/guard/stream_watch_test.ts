import assert from "node:assert/strict";
import type { Connection, Stream, StreamMuxerFactory } from "@libp2p/interface";
import { FakeClock } from "../../../../../src/concurrency/mod.ts";
import { StreamWatch } from "../../../../../src/network/libp2p/guard/stream_watch.ts";

class FakeMuxer extends EventTarget {
  readonly streams: Stream[] = [];

  /** A stream that the other side opens, agrees on a protocol for or not, and ends. */
  openAndClose(protocol: string): void {
    const stream = Object.assign(new EventTarget(), { protocol: "" });
    this.dispatchEvent(new CustomEvent("stream", { detail: stream }));
    stream.protocol = protocol;
    stream.dispatchEvent(new Event("close"));
  }
}

/** A node with one connection. */
function createFixture() {
  const clock = new FakeClock();
  const floods: string[] = [];
  const watch = new StreamWatch({ onFlood: (peerId) => floods.push(peerId), clock });
  const muxer = new FakeMuxer();
  const factory = { protocol: "/fake/1", createStreamMuxer: () => muxer };
  const provide = watch.remember(() => factory as unknown as StreamMuxerFactory);
  const remembered = provide({});
  assert.equal(remembered.protocol, "/fake/1");
  const made = remembered.createStreamMuxer({} as never);
  const connection = { remotePeer: "mallory", streams: made.streams };
  watch.watch(connection as unknown as Connection);
  return { clock, floods, muxer, watch };
}

Deno.test("StreamWatch tells of who opens streams and agrees on a protocol with none", async () => {
  const { clock, floods, muxer } = createFixture();
  for (let count = 0; count < 100; count++) muxer.openAndClose("");
  assert.deepEqual(floods, []);
  muxer.openAndClose("");
  assert.deepEqual(floods, ["mallory"]);
  await clock.advance(200);
  muxer.openAndClose("");
  assert.equal(floods.length, 1);
});

Deno.test("StreamWatch does not mind streams that have a protocol", () => {
  const { floods, muxer } = createFixture();
  for (let count = 0; count < 1_000; count++) muxer.openAndClose("/test/1");
  assert.deepEqual(floods, []);
});

Deno.test("StreamWatch leaves connections alone whose muxer it does not know", () => {
  const { watch } = createFixture();
  watch.watch({ remotePeer: "relayed", streams: [] } as unknown as Connection);
});
