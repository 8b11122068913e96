import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { abortable, FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Stream } from "../../../../src/network/mod.ts";
import { DEFAULT_RPC_LIMITS, FrameChannel } from "../../../../src/rpc/mod.ts";
import { StreamTransport } from "../../../../src/mcp/client/stream_transport.ts";

/** A stream to a peer that takes nothing. */
function createStuckStream(): Stream {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  return {
    protocol: "/mcp+p2p/1.0.0",
    isOutdated: false,
    remotePeerId: "far",
    read: ({ signal } = {}) => abortable(broken.promise, signal),
    write: () => broken.promise,
    closeWrite: () => broken.promise,
    close: () => Promise.resolve(),
    abort: (reason) => broken.reject(reason),
  };
}

function createTransport(): { readonly stream: Stream; readonly transport: StreamTransport } {
  const stream = createStuckStream();
  const channel = new FrameChannel(stream, {
    ...DEFAULT_RPC_LIMITS,
    maxFrameBytes: 1_000,
    clock: new FakeClock(),
  });
  return { stream, transport: new StreamTransport(channel) };
}

function request(id: number, params: Record<string, unknown> = {}) {
  return { jsonrpc: "2.0", id, method: "tools/call", params } as const;
}

Deno.test("StreamTransport says of each message whether it may have reached the peer", async () => {
  const { stream, transport } = createTransport();
  await transport.start();
  const lost = (wasSent: boolean) => ({ code: "connection_lost", server: "far", wasSent });
  const begun = assert.rejects(transport.send(request(1)), lost(true));
  // What is sent in one turn of the event loop goes out together.
  await setImmediate();
  const waiting = assert.rejects(transport.send(request(2)), lost(false));
  stream.abort(new Error("reset"));
  await Promise.all([begun, waiting]);
  await assert.rejects(transport.send(request(3)), lost(false));
  await transport.close();
});

Deno.test("StreamTransport refuses a message that is too large, and goes on", async () => {
  const { transport } = createTransport();
  await transport.start();
  const large = request(1, { text: "x".repeat(2_000) });
  await assert.rejects(transport.send(large), { code: "frame_too_large" });
  await transport.close();
});
