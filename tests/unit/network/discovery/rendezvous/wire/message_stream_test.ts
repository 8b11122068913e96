import assert from "node:assert/strict";
import fc from "fast-check";
import { RendezvousMessageError } from "../../../../../../src/network/discovery/rendezvous/errors.ts";
import type { RendezvousMessage } from "../../../../../../src/network/discovery/rendezvous/message.ts";
import { MessageStream } from "../../../../../../src/network/discovery/rendezvous/wire/message_stream.ts";
import type { Stream } from "../../../../../../src/network/mod.ts";
import { anyMessage } from "./messages.ts";

const LIMIT = { maxMessageBytes: 64 * 1024 };

/** A stream that gives these chunks, and keeps what is written. */
function createStream(chunks: readonly Uint8Array[], written: number[] = []): Stream {
  const rest = [...chunks];
  return {
    protocol: "/rendezvous/1.0.0",
    isOutdated: false,
    remotePeerId: "someone",
    read: () => Promise.resolve(rest.shift() ?? null),
    write: (bytes) => Promise.resolve(void written.push(...bytes)),
    closeWrite: () => Promise.resolve(),
    close: () => Promise.resolve(),
    abort: () => {},
  };
}

async function readAll(chunks: readonly Uint8Array[]): Promise<RendezvousMessage[]> {
  const messages = new MessageStream(createStream(chunks), LIMIT);
  const all: RendezvousMessage[] = [];
  for (let next = await messages.read({}); next !== null; next = await messages.read({})) {
    all.push(next);
  }
  return all;
}

Deno.test("MessageStream reads what it has written, however it was cut", async () => {
  const sizes = fc.integer({ min: 1, max: 200 });
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { maxLength: 4 }), sizes, async (messages, size) => {
      const written: number[] = [];
      const writer = new MessageStream(createStream([], written), LIMIT);
      for (const message of messages) await writer.write(message, {});
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < written.length; at += size) {
        chunks.push(Uint8Array.from(written.slice(at, at + size)));
      }
      assert.deepEqual(await readAll(chunks), messages);
    }),
  );
});

Deno.test("MessageStream puts the length before a message", async () => {
  const written: number[] = [];
  const writer = new MessageStream(createStream([], written), LIMIT);
  await writer.write({ type: "unregister", namespace: "a" }, {});
  assert.equal(Uint8Array.from(written).toHex(), "07" + "0802" + "22030a0161");
});

Deno.test("MessageStream refuses a message as soon as its length is known to be too large", async () => {
  const messages = new MessageStream(createStream([Uint8Array.of(0x81, 0x80, 0x04)]), LIMIT);
  await assert.rejects(messages.read({}), /it is too long/);
});

Deno.test("MessageStream refuses a length that never ends, and a message that ends early", async () => {
  const endless = new MessageStream(createStream([new Uint8Array(20).fill(0xff)]), LIMIT);
  await assert.rejects(endless.read({}), RendezvousMessageError);
  const cut = new MessageStream(createStream([Uint8Array.of(7, 8, 2)]), LIMIT);
  await assert.rejects(cut.read({}), /the stream ends within it/);
});
