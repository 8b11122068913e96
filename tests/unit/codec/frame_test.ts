import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeFrame,
  FrameDecoder,
  FrameTooLargeError,
  IncompleteFrameError,
} from "../../../src/codec/mod.ts";
import { cut } from "./cut.ts";

const limits = { maxFrameBytes: 1_000 };

function join(frames: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

Deno.test("encodeFrame writes the length as four bytes, big-endian", () => {
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}';
  const frame = encodeFrame(body, limits);
  assert.deepEqual([...frame.subarray(0, 4)], [0x00, 0x00, 0x00, 0x3a]);
  assert.equal(new TextDecoder().decode(frame.subarray(4)), body);
  assert.deepEqual([...encodeFrame("é", limits)], [0, 0, 0, 2, 0xc3, 0xa9]);
  assert.deepEqual([...encodeFrame(new Uint8Array(0), limits)], [0, 0, 0, 0]);
  assert.deepEqual([...encodeFrame(new Uint8Array(515), limits).subarray(0, 4)], [0, 0, 2, 3]);
});

Deno.test("encodeFrame refuses a body above the limit", () => {
  encodeFrame(new Uint8Array(1_000), limits);
  assert.throws(() => encodeFrame(new Uint8Array(1_001), limits), FrameTooLargeError);
});

Deno.test("FrameDecoder refuses a length above the limit before any of the body is there", () => {
  const decoder = new FrameDecoder({ maxFrameBytes: 5 });
  const bytes = join([encodeFrame("ok", limits), Uint8Array.of(0xff, 0xff, 0xff, 0xff)]);
  const frames = decoder.decode(bytes);
  assert.deepEqual(frames.next().value, new TextEncoder().encode("ok"));
  assert.throws(() => frames.next(), {
    name: "FrameTooLargeError",
    code: "frame_too_large",
    sizeBytes: 0xffff_ffff,
    maxBytes: 5,
  });
  assert.deepEqual(
    [...new FrameDecoder({ maxFrameBytes: 5 }).decode(encodeFrame("12345", limits))],
    [
      new TextEncoder().encode("12345"),
    ],
  );
});

Deno.test("FrameDecoder keeps what the reader has left", () => {
  const decoder = new FrameDecoder(limits);
  const [first] = decoder.decode(join(["a", "b"].map((body) => encodeFrame(body, limits))));
  assert.deepEqual(first, Uint8Array.of(0x61));
  assert.deepEqual([...decoder.decode(new Uint8Array(0))], [Uint8Array.of(0x62)]);
});

Deno.test("FrameDecoder says where the bytes have ended", () => {
  const frame = encodeFrame("body", limits);
  for (let size = 0; size <= frame.length; size++) {
    const decoder = new FrameDecoder(limits);
    const frames = [...decoder.decode(frame.subarray(0, size))];
    assert.equal(frames.length, size === frame.length ? 1 : 0);
    if (size === 0 || size === frame.length) decoder.end();
    else {
      const part = size < 4 ? "prefix" : "body";
      assert.throws(
        () => decoder.end(),
        (error) => error instanceof IncompleteFrameError && error.part === part,
      );
    }
  }
});

Deno.test("FrameDecoder gives the same frames however the bytes are cut", () => {
  const body = fc.uint8Array({ maxLength: 40 });
  fc.assert(fc.property(fc.array(body), cut, (bodies, cutUp) => {
    const decoder = new FrameDecoder(limits);
    const chunks = cutUp(join(bodies.map((bytes) => encodeFrame(bytes, limits))));
    const frames = chunks.flatMap((chunk) => [...decoder.decode(chunk)]);
    assert.deepEqual(frames.map((frame) => [...frame]), bodies.map((bytes) => [...bytes]));
    decoder.end();
  }));
});

Deno.test("FrameDecoder survives noise: frames within the limit or its own error", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), cut, (noise, cutUp) => {
    const decoder = new FrameDecoder({ maxFrameBytes: 50 });
    try {
      for (const chunk of cutUp(noise)) {
        for (const frame of decoder.decode(chunk)) assert.ok(frame.length <= 50);
      }
      decoder.end();
    } catch (error) {
      assert.ok(error instanceof FrameTooLargeError || error instanceof IncompleteFrameError);
    }
  }));
});
