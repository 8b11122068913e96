import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareXorDistance,
  countDifferingBits,
  digestText,
  toDigest,
} from "../../../src/scheduling/digest.ts";
import { sha256, slowDistance } from "./slow_owner.ts";

const text = fc.string();
const xor = (a: string, b: string): bigint => BigInt(`0x${a}`) ^ BigInt(`0x${b}`);

Deno.test("toDigest splits a digest into words, most significant first", () => {
  const digest = toDigest("ffffffff00000001" + "0".repeat(47) + "a");
  assert.deepEqual([...digest], [0xffffffff, 1, 0, 0, 0, 0, 0, 0xa]);
});

Deno.test("countDifferingBits agrees with large integers", () => {
  fc.assert(fc.property(text, text, (a, b) => {
    const expected = slowDistance(sha256(a), sha256(b));
    assert.equal(countDifferingBits(digestText(a), digestText(b)), expected);
  }));
  const [none, all] = ["0", "f"].map((digit) => toDigest(digit.repeat(64)));
  assert.ok(none !== undefined && all !== undefined);
  assert.equal(countDifferingBits(none, all), 256);
});

Deno.test("compareXorDistance agrees with large integers", () => {
  fc.assert(fc.property(text, text, text, (target, a, b) => {
    const [t, x, y] = [sha256(target), sha256(a), sha256(b)];
    const [toX, toY] = [xor(t, x), xor(t, y)];
    const expected = toX < toY ? -1 : toX > toY ? 1 : 0;
    const result = compareXorDistance(toDigest(t), [toDigest(x), toDigest(y)]);
    assert.equal(Math.sign(result), expected);
  }));
});

Deno.test("compareXorDistance looks at every word", () => {
  const target = toDigest("0".repeat(64));
  const [near, far] = [toDigest("0".repeat(64)), toDigest("0".repeat(63) + "1")];
  assert.ok(compareXorDistance(target, [near, far]) < 0);
  assert.ok(compareXorDistance(target, [far, near]) > 0);
  assert.equal(compareXorDistance(target, [far, far]), 0);
});

Deno.test("digestText does not fail for unpaired surrogates", () => {
  assert.deepEqual(digestText("\ud800"), digestText("\ufffd"));
});
