import { parsePythonInt } from "./python_int.ts";

/** The distance of what is no hash: farther than any. */
const UNPARSABLE_DISTANCE = 1_000_000_000;

/**
 * In how many bits two hexadecimal texts differ.
 *
 * Each text is read as Python's `int(text, 16)` reads it, and stands for four bits a character;
 * the shorter one decides how many bits are compared, from the most significant end on. Where
 * Python cannot read a text, the distance is 1,000,000,000, as its task queue has it.
 *
 * @param a One hash.
 * @param b The other.
 * @returns The number of bits.
 *
 * @example Bits
 * ```ts
 * import { hammingDistance } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(hammingDistance("0f", "ff"), 4);
 * assert.equal(hammingDistance("no hash", "ff"), 1_000_000_000);
 * ```
 */
export function hammingDistance(a: string, b: string): number {
  const aBits = toBits(a);
  const bBits = toBits(b);
  if (aBits === undefined || bBits === undefined) return UNPARSABLE_DISTANCE;
  const length = Math.min(aBits.length, bBits.length);
  let distance = 0;
  for (let index = 0; index < length; index++) {
    if (aBits[index] !== bBits[index]) distance++;
  }
  return distance;
}

function toBits(hash: string): string | undefined {
  const value = parsePythonInt(hash, 16);
  if (value === undefined) return undefined;
  // Python cuts two characters off `0b101` and of `-0b101` alike: a minus leaves a "b" behind,
  // which differs from every bit.
  const bits = value < 0n ? `b${(-value).toString(2)}` : value.toString(2);
  return bits.padStart([...hash].length * 4, "0");
}
