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

const varints = { ...limits, prefix: "varint" } as const;

Deno.test("encodeFrame writes the length as a varint if it is told to", () => {
  assert.equal(encodeFrame("abc", varints).toHex(), "03616263");
  assert.equal(encodeFrame(new Uint8Array(300), varints).subarray(0, 2).toHex(), "ac02");
});

Deno.test("FrameDecoder reads frames with varints, however they were cut", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 });
  fc.assert(fc.property(bodies, cut, (written, cutUp) => {
    const decoder = new FrameDecoder(varints);
    const chunks = cutUp(join(written.map((body) => encodeFrame(body, varints))));
    assert.deepEqual(chunks.flatMap((chunk) => [...decoder.decode(chunk)]), written);
    decoder.end();
  }));
});

Deno.test("FrameDecoder refuses a varint above the limit, and one that never ends", () => {
  const decode = (...bytes: number[]): Uint8Array[] => [
    ...new FrameDecoder(varints).decode(Uint8Array.from(bytes)),
  ];
  assert.throws(() => decode(0xe9, 0x07), FrameTooLargeError);
  assert.throws(() => decode(...new Array(10).fill(0xff)), RangeError);
  assert.deepEqual(decode(...new Array(9).fill(0xff)), []);
});

Deno.test("FrameDecoder says when the bytes have ended within a varint", () => {
  const decoder = new FrameDecoder(varints);
  assert.deepEqual([...decoder.decode(Uint8Array.of(0x80))], []);
  assert.throws(() => decoder.end(), IncompleteFrameError);
});
