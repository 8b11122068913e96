import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeVarint, encodeVarint } from "../../../src/codec/varint.ts";

Deno.test("encodeVarint writes the examples of the multiformats specification", () => {
  const examples: readonly (readonly [number, readonly number[]])[] = [
    [0, [0x00]],
    [1, [0x01]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [255, [0xff, 0x01]],
    [300, [0xac, 0x02]],
    [16384, [0x80, 0x80, 0x01]],
  ];
  for (const [value, bytes] of examples) assert.deepEqual([...encodeVarint(value)], bytes);
});

Deno.test("decodeVarint reads what encodeVarint has written, wherever it begins", () => {
  fc.assert(fc.property(fc.maxSafeNat(), fc.nat(5), (value, start) => {
    const bytes = encodeVarint(value);
    const padded = new Uint8Array(start + bytes.length + 2);
    padded.set(bytes, start);
    assert.deepEqual(decodeVarint(padded, start), { value, end: start + bytes.length });
  }));
});

Deno.test("decodeVarint waits for the rest of a number", () => {
  assert.equal(decodeVarint(Uint8Array.of(0x80, 0x80), 0), undefined);
  assert.equal(decodeVarint(new Uint8Array(0), 0), undefined);
});

Deno.test("decodeVarint holds a number at the largest safe one", () => {
  const minusOne = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
  assert.deepEqual(decodeVarint(minusOne, 0), { value: Number.MAX_SAFE_INTEGER, end: 10 });
});

Deno.test("decodeVarint refuses what has more than 10 bytes", () => {
  assert.throws(() => decodeVarint(new Uint8Array(11).fill(0x80), 0), RangeError);
});

Deno.test("encodeVarint refuses what is no whole number from 0 on", () => {
  for (const value of [-1, 0.5, NaN, 2 ** 53]) assert.throws(() => encodeVarint(value), RangeError);
});
