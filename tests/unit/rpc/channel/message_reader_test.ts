import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame } from "../../../../src/codec/mod.ts";
import { FakeClock } from "../../../../src/concurrency/mod.ts";
import type { Stream } from "../../../../src/network/mod.ts";
import { MessageReader } from "../../../../src/rpc/channel/message_reader.ts";

const LIMITS = { maxFrameBytes: 1000, frameTimeoutMs: 1000 };
const { signal } = new AbortController();

/** A reader of the chunks given, with an end after them. */
function readerOf(chunks: readonly Uint8Array[], clock = new FakeClock()): MessageReader {
  const left = [...chunks];
  const stream = { read: () => Promise.resolve(left.shift() ?? null) } as unknown as Stream;
  return new MessageReader(stream, { ...LIMITS, clock });
}

function frame(body: string | Uint8Array): Uint8Array {
  return encodeFrame(body, { maxFrameBytes: 10_000 });
}

// docs/protocol.md, 2.1
Deno.test("MessageReader reads messages however their bytes were cut", async () => {
  const messages = fc.array(fc.dictionary(fc.string(), fc.string()), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(messages, fc.integer({ min: 1, max: 50 }), async (sent, size) => {
      const bytes = new Uint8Array(sent.flatMap((message) => [...frame(JSON.stringify(message))]));
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const reader = readerOf(chunks);
      for (const message of sent) {
        assert.deepEqual(await reader.read(signal), JSON.parse(JSON.stringify(message)));
      }
      assert.equal(await reader.read(signal), null);
    }),
    { numRuns: 100 },
  );
});

const UNREADABLE: readonly (readonly [string, Uint8Array, string])[] = [
  ["an array", frame("[]"), "invalid_message"],
  ["an empty frame", frame(""), "invalid_json"],
  ["broken JSON", frame("{"), "invalid_json"],
  ["broken UTF-8", frame(Uint8Array.of(0x22, 0xff, 0x22)), "invalid_utf8"],
  ["a frame that is too large", frame("x".repeat(1001)), "frame_too_large"],
  ["a frame without its end", frame("{}").subarray(0, 5), "frame_incomplete"],
];

for (const [name, bytes, code] of UNREADABLE) {
  Deno.test(`MessageReader refuses ${name}`, async () => {
    await assert.rejects(readerOf([bytes]).read(signal), { code });
  });
}

Deno.test("MessageReader does not count the time in which nobody reads", async () => {
  const clock = new FakeClock();
  const bytes = frame('{"a":1}');
  const first = new Uint8Array([...frame("{}"), ...bytes.subarray(0, 3)]);
  const reader = readerOf([first, bytes.subarray(3)], clock);
  assert.deepEqual(await reader.read(signal), {});
  await clock.advance(10 * LIMITS.frameTimeoutMs);
  assert.deepEqual(await reader.read(signal), { a: 1 });
});
