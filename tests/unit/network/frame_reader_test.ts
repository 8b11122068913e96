import assert from "node:assert/strict";
import { encodeFrame, FrameTooLargeError, IncompleteFrameError } from "../../../src/codec/mod.ts";
import { FrameReader } from "../../../src/network/frame_reader.ts";

const FRAMES = { maxFrameBytes: 10, prefix: "varint" } as const;

function createReader(...chunks: readonly Uint8Array[]): FrameReader {
  const rest = chunks.values();
  return new FrameReader({ read: () => Promise.resolve(rest.next().value ?? null) }, FRAMES);
}

Deno.test("FrameReader reads one frame after the other, however they come", async () => {
  const frames = ["a", "", "bc"].map((body) => [...encodeFrame(body, FRAMES)]).flat();
  for (const size of [1, 2, frames.length]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < frames.length; at += size) {
      chunks.push(Uint8Array.from(frames.slice(at, at + size)));
    }
    const reader = createReader(...chunks);
    const read = async () => new TextDecoder().decode(await reader.read({}) ?? undefined);
    assert.deepEqual([await read(), await read(), await read()], ["a", "", "bc"]);
    assert.equal(await reader.read({}), null);
  }
});

Deno.test("FrameReader fails where the stream ends within a frame, and on one too long", async () => {
  await assert.rejects(createReader(Uint8Array.of(2, 97)).read({}), IncompleteFrameError);
  await assert.rejects(createReader(Uint8Array.of(11)).read({}), FrameTooLargeError);
});
